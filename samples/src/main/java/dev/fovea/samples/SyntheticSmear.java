package dev.fovea.samples;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.engine.image.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Draws photographs of stained blood smears with the box of every cell: red cells with a pale
 * middle, some over each other, white cells with a purple nucleus of one or several lobes, and
 * small purple platelets. Colours and sizes are like those of pictures of 640 x 480 pixels at a
 * magnification of 100; light is absorbed by the law of Beer and Lambert. The same scene and seed
 * give the same picture on every machine.
 */
public final class SyntheticSmear {
  /** Names of the classes, as the model {@code bloodcells} calls them. */
  public static final List<String> CLASSES = List.of("WBC", "RBC", "Platelets");

  private static final int WHITE = 0;
  private static final int RED = 1;
  private static final int PLATELET = 2;

  private static final double[] LAMP = {209, 214, 207};

  // Optical densities in red, green and blue of what is stained.
  private static final double[] HEMOGLOBIN = {0.10, 0.35, 0.30};
  private static final double[] CYTOPLASM = {0.12, 0.27, 0.02};
  private static final double[] CHROMATIN = {0.72, 1.05, 0.08};
  private static final double[] GRANULES = {0.42, 0.62, 0.08};

  private static final double RED_RADIUS = 45;
  private static final double WHITE_RADIUS = 74;
  private static final double PLATELET_RADIUS = 19;
  private static final double SPREAD = 0.09;
  private static final int TRIES = 60;
  private static final double BLUR = 1.6;
  private static final double NOISE = 2;

  /**
   * What is in view.
   *
   * @param width picture width in pixels, 64 to 16384
   * @param height picture height in pixels, 64 to 16384
   * @param white number of white cells to place; a crowded picture may hold fewer, of all kinds
   * @param red number of red cells
   * @param platelets number of platelets
   */
  public record Scene(int width, int height, int white, int red, int platelets) {
    /** A picture of 640 x 480 pixels with 1 white cell, 14 red cells and 3 platelets. */
    public static final Scene DEFAULT = new Scene(640, 480, 1, 14, 3);

    private static final int LEAST_SIDE = 64;
    private static final int LARGEST_SIDE = 16_384;
    private static final int MOST_CELLS = 100_000;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public Scene {
      if (Math.min(width, height) < LEAST_SIDE
          || Math.max(width, height) > LARGEST_SIDE
          || Math.min(white, Math.min(red, platelets)) < 0
          || Math.max(white, Math.max(red, platelets)) > MOST_CELLS) {
        throw new IllegalArgumentException(
            "smear: found %d x %d with %d, %d and %d cells, expected sides of %d to %d, 0 to %d cells"
                .formatted(
                    width, height, white, red, platelets, LEAST_SIDE, LARGEST_SIDE, MOST_CELLS));
      }
    }
  }

  /**
   * A smear and its truth.
   *
   * @param image 8-bit colour picture
   * @param cells boxes of the cells, clipped to the picture, with labels of {@link #CLASSES}
   */
  public record Smear(Image image, List<Annotation> cells) {}

  /** A cell that has its place. */
  private record Placed(int label, Nucleus outline) {}

  private final Scene scene;
  private final Random random;
  private final List<Placed> placed = new ArrayList<>();
  private final double[][] density;
  private final double[] texture;

  private SyntheticSmear(Scene scene, long seed) {
    this.scene = scene;
    this.random = new Random(seed);
    this.density = new double[LAMP.length][scene.width() * scene.height()];
    this.texture = Fields.smoothNoise(random, scene.width(), scene.height(), 3);
  }

  /** Draws a smear. */
  public static Smear draw(Scene scene, long seed) {
    return new SyntheticSmear(scene, seed).draw();
  }

  private Smear draw() {
    place(WHITE, scene.white(), WHITE_RADIUS, 0.15, 0.9);
    place(RED, scene.red(), RED_RADIUS, 0.12, 0.8);
    place(PLATELET, scene.platelets(), PLATELET_RADIUS, 0.2, 1.1);
    List<Annotation> cells = new ArrayList<>();
    for (Placed cell : placed) {
      switch (cell.label()) {
        case WHITE -> stainWhite(cell.outline());
        case RED -> stainRed(cell.outline());
        default -> stainPlatelet(cell.outline());
      }
      cells.add(Annotation.of(cell.label(), box(cell.outline())));
    }
    return new Smear(photograph(), cells);
  }

  /**
   * Finds places for cells whose centres keep their distance from those of others.
   *
   * @param closeness least distance of two centres in sums of their radii
   */
  private void place(int label, int count, double radius, double elongation, double closeness) {
    for (int n = 0; n < count; n++) {
      for (int t = 0; t < TRIES; t++) {
        Nucleus shape = Nucleus.random(random, radius, SPREAD, elongation);
        // Much of a cell has to be in view, or nobody could say what it is.
        double margin = radius / 2;
        Nucleus cell =
            shape.at(
                margin + (scene.width() - 2 * margin) * random.nextDouble(),
                margin + (scene.height() - 2 * margin) * random.nextDouble());
        if (placed.stream().allMatch(other -> apart(cell, other.outline(), closeness))) {
          placed.add(new Placed(label, cell));
          break;
        }
      }
    }
  }

  private static boolean apart(Nucleus a, Nucleus b, double closeness) {
    return Math.hypot(a.x() - b.x(), a.y() - b.y()) > closeness * (a.meanRadius() + b.meanRadius());
  }

  /** Thick towards the rim, thin in the middle, more so in some cells than in others. */
  private void stainRed(Nucleus cell) {
    double stain = StrictMath.exp(0.12 * random.nextGaussian());
    double pallor = 0.15 + 0.5 * random.nextDouble();
    double middle = 0.35 + 0.15 * random.nextDouble();
    cell.forEachPixel(
        scene.width(),
        scene.height(),
        (i, r) -> {
          double thin = pallor * StrictMath.exp(-StrictMath.pow(r / middle, 4));
          double rim = 0.2 * StrictMath.exp(-StrictMath.pow((r - 0.92) / 0.06, 2));
          add(i, HEMOGLOBIN, stain * cell.coverage(r) * (1 - thin + rim) * (1 + 0.03 * texture[i]));
        });
  }

  /** One large nucleus, or two to four lobes about the middle, in granular cytoplasm. */
  private void stainWhite(Nucleus cell) {
    stain(cell, CYTOPLASM, 1, 1, 0.25);
    int lobes = 1 + random.nextInt(4);
    double turn = 2 * Math.PI * random.nextDouble();
    double[] covered = new double[texture.length];
    for (int l = 0; l < lobes; l++) {
      double radius = cell.meanRadius() * (lobes == 1 ? 0.78 : 0.42);
      double angle = turn + 2 * Math.PI * l / (lobes + 1);
      double away = lobes == 1 ? 0.1 : 0.4;
      Nucleus lobe =
          Nucleus.random(random, radius, 0.15)
              .at(
                  cell.x() + away * cell.meanRadius() * StrictMath.cos(angle),
                  cell.y() + away * cell.meanRadius() * StrictMath.sin(angle));
      lobe.forEachPixel(
          scene.width(),
          scene.height(),
          (i, r) -> covered[i] = Math.max(covered[i], lobe.coverage(r)));
    }
    // A nucleus does not leave its cell.
    cell.forEachPixel(
        scene.width(),
        scene.height(),
        (i, r) ->
            add(i, CHROMATIN, Math.min(covered[i], cell.coverage(r)) * (1 + 0.15 * texture[i])));
  }

  /** Granules in the middle, a pale rim. */
  private void stainPlatelet(Nucleus cell) {
    stain(cell, CYTOPLASM, 1, 0.6, 0.25);
    stain(cell, GRANULES, 0.75, 0.8, 0.35);
  }

  /**
   * Stains the middle of a cell.
   *
   * @param part of the cell's radius that is stained
   */
  private void stain(Nucleus cell, double[] dye, double part, double strength, double grain) {
    cell.forEachPixel(
        scene.width(),
        scene.height(),
        (i, r) ->
            add(i, dye, strength * cell.coverage(r / part) * Math.max(0, 1 + grain * texture[i])));
  }

  private void add(int pixel, double[] dye, double amount) {
    for (int c = 0; c < dye.length; c++) {
      density[c][pixel] += amount * dye[c];
    }
  }

  /** The pixels whose centres are inside the outline. */
  private Box box(Nucleus cell) {
    int[] edges = {Integer.MAX_VALUE, Integer.MAX_VALUE, -1, -1};
    cell.forEachPixel(
        scene.width(),
        scene.height(),
        (i, r) -> {
          if (r < 1) {
            edges[0] = Math.min(edges[0], i % scene.width());
            edges[1] = Math.min(edges[1], i / scene.width());
            edges[2] = Math.max(edges[2], i % scene.width() + 1);
            edges[3] = Math.max(edges[3], i / scene.width() + 1);
          }
        });
    return new Box(edges[0], edges[1], edges[2], edges[3]);
  }

  private Image photograph() {
    int width = scene.width();
    int height = scene.height();
    double[] uneven = Fields.smoothNoise(random, width, height, Math.min(width, height) / 4.0);
    byte[][] planes = new byte[LAMP.length][];
    for (int c = 0; c < planes.length; c++) {
      double[] light = new double[density[c].length];
      for (int i = 0; i < light.length; i++) {
        light[i] = (LAMP[c] + 2 * uneven[i]) * StrictMath.exp(-density[c][i]);
      }
      double[] seen = Fields.blur(light, width, height, BLUR);
      planes[c] = new byte[seen.length];
      for (int i = 0; i < seen.length; i++) {
        double value = seen[i] + NOISE * random.nextGaussian();
        planes[c][i] = (byte) Math.max(0, Math.min(255, Math.rint(value)));
      }
    }
    return Image.ofUint8(width, height, planes);
  }
}
