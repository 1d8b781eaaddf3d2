package dev.fovea.engine.onnx;

import dev.fovea.engine.op.Attributes;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Brings Resize into the form with four scales or four sizes, and back into that of a file. */
final class ResizeForm {

  private static final int REGION = 1;
  private static final int SCALES = 2;
  private static final int SIZES = 3;
  private static final String COORDINATES = "coordinate_transformation_mode";

  /** The opset since which a Resize can name the axes that it works on. */
  static final int AXES_OPSET = 18;

  private ResizeForm() {}

  /**
   * What a file should say for a Resize to a size. The form for the two image axes alone, since the
   * older one needs the sizes of batch and channels too, and a free batch has none.
   */
  static Attributes byAxes(Attributes a) {
    List<? extends Number> sizes = a.constant(SIZES);
    int rank = sizes.size();
    int[] axes = IntStream.range(2, rank).toArray();
    Attributes b = a.withInts("axes", axes).withConstant(SIZES, sizes.subList(2, rank));
    List<? extends Number> region = a.constant(REGION);
    if (region == null) {
      return b;
    }
    List<Number> inSpace = new ArrayList<>(region.subList(2, rank));
    inSpace.addAll(region.subList(rank + 2, 2 * rank));
    return b.withConstant(REGION, inSpace);
  }

  /** Whether the region of interest, and the value outside of the input, mean anything. */
  static boolean crops(Attributes a) {
    return a.text(COORDINATES, "half_pixel").equals("tf_crop_and_resize");
  }

  /** The attributes of a file's Resize with scales or sizes for [N, C, H, W]. */
  static Attributes complete(Attributes a, Operands in) {
    return sized(withoutHalf(a), in);
  }

  /**
   * Opset 11 has coordinates that are half a pixel more than today's for half pixels: of these, the
   * next lower integer is the nearest one today.
   */
  private static Attributes withoutHalf(Attributes a) {
    String nearest = "nearest_mode";
    boolean more = a.text(COORDINATES, "half_pixel").equals("tf_half_pixel_for_nn");
    return more
            && a.text("mode", "nearest").equals("nearest")
            && a.text(nearest, "").equals("floor")
        ? a.with(COORDINATES, "half_pixel").with(nearest, "round_prefer_ceil")
        : a;
  }

  private static Attributes sized(Attributes a, Operands in) {
    Shape x = in.shape(0);
    in.dimensions(0);
    String mode = a.text("mode", "nearest");
    boolean cubic = mode.equals("cubic");
    List<Integer> axes = axes(a, x.rank());
    Attributes b = crops(a) ? region(a, axes, x.rank()) : a.without("extrapolation_value");
    b = aspect(b.without("axes"), axes, x.rank());
    // Of two neighbours the one outside has no weight anyway, once the border is repeated.
    b = cubic ? b : b.without("cubic_coeff_a").without("exclude_outside");
    for (String name : List.of("antialias", "exclude_outside")) {
      b = a.intValue(name, 0) == 0 ? b.without(name) : b;
    }
    List<? extends Number> sizes = a.constant(SIZES);
    if (sizes != null && !sizes.isEmpty()) {
      OperatorForms.requireIntegers("sizes", sizes);
      return b.withConstant(SIZES, sizes(axes, sizes, in));
    }
    List<? extends Number> scales = a.constant(SCALES);
    if (scales == null || scales.isEmpty()) {
      throw new IllegalArgumentException("found neither scales nor sizes, expected one of them");
    }
    List<Float> all = new ArrayList<>(Collections.nCopies(x.rank(), 1f));
    checkCount(axes, scales);
    for (int i = 0; i < axes.size(); i++) {
      all.set(axes.get(i), scales.get(i).floatValue());
    }
    return b.withConstant(SCALES, all);
  }

  /** A start and an end for all dimensions. */
  private static Attributes region(Attributes a, List<Integer> axes, int rank) {
    List<? extends Number> given = a.constant(REGION);
    if (given == null || given.size() != 2 * axes.size()) {
      throw new IllegalArgumentException(
          "input 'roi': expected a start and an end for each of the axes "
              + axes
              + ", found "
              + given);
    }
    List<Float> all = new ArrayList<>(Collections.nCopies(rank, 0f));
    all.addAll(Collections.nCopies(rank, 1f));
    for (int i = 0; i < axes.size(); i++) {
      all.set(axes.get(i), given.get(i).floatValue());
      all.set(rank + axes.get(i), given.get(axes.size() + i).floatValue());
    }
    Attributes b = a.withConstant(REGION, all);
    return b.values().containsKey("extrapolation_value") ? b : b.with("extrapolation_value", 0f);
  }

  private static Attributes aspect(Attributes a, List<Integer> axes, int rank) {
    String name = "keep_aspect_ratio_policy";
    if (a.text(name, "stretch").equals("stretch") || a.constant(SIZES) == null) {
      return a.without(name);
    }
    Set<Integer> space = new TreeSet<>(IntStream.range(2, rank).boxed().toList());
    require(space.equals(new TreeSet<>(axes)), name, "stretch, or the axes in space as axes");
    return a;
  }

  private static List<Integer> axes(Attributes a, int rank) {
    int[] axes =
        a.values().containsKey("axes")
            ? a.requiredInts("axes")
            : IntStream.range(0, rank).toArray();
    List<Integer> all =
        Arrays.stream(axes).mapToObj(axis -> axis < 0 ? axis + rank : axis).toList();
    Set<Integer> distinct = new TreeSet<>(all);
    if (distinct.size() < all.size() || distinct.stream().anyMatch(d -> d < 0 || d >= rank)) {
      throw new IllegalArgumentException(
          "attribute 'axes': expected distinct axes of "
              + rank
              + " dimensions, found "
              + Arrays.toString(axes));
    }
    return all;
  }

  private static List<Long> sizes(List<Integer> axes, List<? extends Number> sizes, Operands in) {
    Shape x = in.shape(0);
    checkCount(axes, sizes);
    List<Long> all = new ArrayList<>(Attributes.longs(x.toArray()));
    for (int i = 0; i < axes.size(); i++) {
      long size = sizes.get(i).longValue();
      if (size < 1 || size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("sizes: expected 1 to 2^31 - 1, found " + size);
      }
      all.set(axes.get(i), size);
    }
    for (int d = 0; d < x.rank(); d++) {
      if (d < 2 && all.get(d) != x.dim(d)) {
        throw new IllegalArgumentException(
            "sizes: expected batch and channels as in the input " + x + ", found " + sizes);
      }
      if (d >= 2 && !axes.contains(d) && !in.fixed(0, d)) {
        throw new IllegalArgumentException(
            "sizes for the axes " + axes + " only: expected them for rows and columns");
      }
    }
    return all;
  }

  private static void checkCount(List<Integer> axes, List<? extends Number> values) {
    if (values.size() != axes.size()) {
      throw new IllegalArgumentException(
          "expected " + axes.size() + " scales or sizes, found " + values);
    }
  }

  private static void require(boolean condition, String attribute, String expected) {
    if (!condition) {
      throw new IllegalArgumentException("attribute '" + attribute + "': expected " + expected);
    }
  }
}
