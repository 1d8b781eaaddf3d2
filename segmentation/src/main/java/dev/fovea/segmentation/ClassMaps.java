package dev.fovea.segmentation;

import java.util.List;

/**
 * The three classes from which instances are rebuilt, as training targets.
 *
 * <p>{@link #BORDER} is a rim on the inside of every object: its pixels nearer than {@code rim} to
 * a pixel that is not of the object. {@link #INTERIOR} is what remains. So interior and border
 * together are exactly the objects, two touching objects are parted by two rims, and a narrow gap
 * between two objects stays {@link #BACKGROUND}. The edge of the picture makes no rim: an object
 * that is cut there goes on outside.
 *
 * <p>The rim of a connected part is never wider than half its inradius, so that the smallest object
 * keeps an interior, from which it can be found again.
 */
public final class ClassMaps {
  /** Index of the class of pixels outside every object. */
  public static final int BACKGROUND = 0;

  /** Index of the class of pixels well inside an object. */
  public static final int INTERIOR = 1;

  /** Index of the class of pixels of an object near its outline. */
  public static final int BORDER = 2;

  /** Names of the classes in the order of their indices. */
  public static final List<String> NAMES = List.of("background", "interior", "border");

  /** Width of the rim in pixels that is used unless another is asked for. */
  public static final double DEFAULT_RIM = 2;

  private ClassMaps() {}

  /**
   * Makes the class of every pixel.
   *
   * @param map the objects; not changed
   * @param rim greatest distance of a border pixel to the nearest pixel outside its object, between
   *     pixel centres, at least 1; a rim of 2 is two pixels wide on straight outlines
   * @return class indices, row-major
   * @throws IllegalArgumentException if {@code rim} is below 1 or not finite
   */
  public static int[] classes(LabelMap map, double rim) {
    if (!(rim >= 1) || Double.isInfinite(rim)) {
      throw new IllegalArgumentException("rim is " + rim + ", expected 1 or more");
    }
    LabelMap parts = ConnectedComponents.of(map, Connectivity.EIGHT);
    int[] classes = new int[map.labels().length];
    for (LabelMap.Region part : parts.regions()) {
      classifyPart(parts, part, rim, classes);
    }
    return classes;
  }

  private static void classifyPart(
      LabelMap parts, LabelMap.Region part, double rim, int[] classes) {
    // One more pixel on each side where the picture has one: distances to the outside are exact
    // within the box because the nearest outside pixel of any pixel lies in it.
    int x0 = Math.max(0, part.x0() - 1);
    int y0 = Math.max(0, part.y0() - 1);
    int width = Math.min(parts.width(), part.x1() + 1) - x0;
    int height = Math.min(parts.height(), part.y1() + 1) - y0;
    boolean[] outside = new boolean[width * height];
    for (int i = 0; i < outside.length; i++) {
      outside[i] = parts.get(x0 + i % width, y0 + i / width) != part.label();
    }
    int[] squared = DistanceTransform.squared(outside, width, height);
    int inradius = 0;
    for (int s : squared) {
      inradius = Math.max(inradius, s);
    }
    double limit = Math.min(rim * rim, inradius / 4.0);
    for (int i = 0; i < squared.length; i++) {
      if (!outside[i]) {
        int pixel = (y0 + i / width) * parts.width() + x0 + i % width;
        classes[pixel] = squared[i] > limit ? INTERIOR : BORDER;
      }
    }
  }
}
