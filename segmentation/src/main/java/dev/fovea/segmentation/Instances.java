package dev.fovea.segmentation;

import java.util.Map;
import java.util.function.Function;

/**
 * Rebuilds instances from the class probabilities of {@link ClassMaps}: connected regions that are
 * surely interior are the seeds, and a watershed grows them over the foreground, up hill towards
 * the borders between objects.
 *
 * <ol>
 *   <li>Foreground: pixels whose probability of not being background is above {@code
 *       foregroundThreshold}.
 *   <li>Seeds: 4-connected components of foreground pixels whose interior probability is above
 *       {@code interiorThreshold}, of at least {@code minSeedArea} pixels.
 *   <li>If {@code keepSeedless}, a 4-connected component of the foreground without any seed is one
 *       object as it is: small nuclei are often all rim.
 *   <li>Watershed over {@code P(border) - P(interior)}, limited to the foreground.
 *   <li>Holes are filled if {@code fillHoles}; objects under {@code minArea} pixels are dropped;
 *       the rest is numbered 1..n in the raster order of the seeds.
 * </ol>
 */
public final class Instances {
  private Instances() {}

  /**
   * How instances are rebuilt.
   *
   * @param interiorThreshold least interior probability of a seed pixel, in (0, 1)
   * @param foregroundThreshold least foreground probability of an object pixel, in (0, 1)
   * @param minSeedArea smallest seed in pixels, at least 1
   * @param minArea smallest object in pixels, at least 1
   * @param keepSeedless whether foreground without any seed makes an object
   * @param fillHoles whether holes in objects are filled
   */
  public record Parameters(
      float interiorThreshold,
      float foregroundThreshold,
      int minSeedArea,
      int minArea,
      boolean keepSeedless,
      boolean fillHoles) {
    private static final String INTERIOR_THRESHOLD = "instances.interior_threshold";
    private static final String FOREGROUND_THRESHOLD = "instances.foreground_threshold";
    private static final String MIN_SEED_AREA = "instances.min_seed_area";
    private static final String MIN_AREA = "instances.min_area";
    private static final String KEEP_SEEDLESS = "instances.keep_seedless";
    private static final String FILL_HOLES = "instances.fill_holes";

    /** Thresholds of one half, seeds of 4 pixels, objects of 16, seedless kept, holes filled. */
    public static final Parameters DEFAULTS = new Parameters(0.5f, 0.5f, 4, 16, true, true);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public Parameters {
      requireProbability("interior threshold", interiorThreshold);
      requireProbability("foreground threshold", foregroundThreshold);
      requireArea("minimum seed area", minSeedArea);
      requireArea("minimum area", minArea);
    }

    /**
     * Reads the parameters that a model card carries; what it does not name is as in {@link
     * #DEFAULTS}.
     *
     * @param attributes attributes of a model card
     * @return the parameters
     * @throws IllegalArgumentException if a value is not what it should be; names the attribute
     */
    public static Parameters fromAttributes(Map<String, String> attributes) {
      return new Parameters(
          number(attributes, INTERIOR_THRESHOLD, DEFAULTS.interiorThreshold, Float::valueOf),
          number(attributes, FOREGROUND_THRESHOLD, DEFAULTS.foregroundThreshold, Float::valueOf),
          number(attributes, MIN_SEED_AREA, DEFAULTS.minSeedArea, Integer::valueOf),
          number(attributes, MIN_AREA, DEFAULTS.minArea, Integer::valueOf),
          flag(attributes, KEEP_SEEDLESS, DEFAULTS.keepSeedless),
          flag(attributes, FILL_HOLES, DEFAULTS.fillHoles));
    }

    /**
     * Writes the parameters as attributes of a model card, to be read by {@link #fromAttributes}.
     *
     * @return one attribute per parameter
     */
    public Map<String, String> toAttributes() {
      return Map.of(
          INTERIOR_THRESHOLD, String.valueOf(interiorThreshold),
          FOREGROUND_THRESHOLD, String.valueOf(foregroundThreshold),
          MIN_SEED_AREA, String.valueOf(minSeedArea),
          MIN_AREA, String.valueOf(minArea),
          KEEP_SEEDLESS, String.valueOf(keepSeedless),
          FILL_HOLES, String.valueOf(fillHoles));
    }

    private static <T> T number(
        Map<String, String> attributes, String key, T byDefault, Function<String, T> parser) {
      String text = attributes.get(key);
      if (text == null) {
        return byDefault;
      }
      try {
        return parser.apply(text);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "model attribute " + key + " is '" + text + "', expected a number", e);
      }
    }

    private static boolean flag(Map<String, String> attributes, String key, boolean byDefault) {
      String text = attributes.getOrDefault(key, String.valueOf(byDefault));
      if (!text.equals("true") && !text.equals("false")) {
        throw new IllegalArgumentException(
            "model attribute " + key + " is '" + text + "', expected true or false");
      }
      return Boolean.parseBoolean(text);
    }

    private static void requireProbability(String what, float value) {
      if (!(value > 0 && value < 1)) {
        throw new IllegalArgumentException(
            what + " is " + value + ", expected more than 0, less than 1");
      }
    }

    private static void requireArea(String what, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(what + " is " + value + ", expected 1 pixel or more");
      }
    }
  }

  /**
   * Rebuilds the instances of a picture.
   *
   * @param probabilities planes of background, interior and border, as in {@link ClassMaps}; not
   *     changed
   * @param parameters thresholds and sizes
   * @return a new map, numbered 1..n without gaps
   * @throws IllegalArgumentException if there are not three planes or one holds NaN
   */
  public static LabelMap extract(ClassProbabilities probabilities, Parameters parameters) {
    if (probabilities.classes() != ClassMaps.NAMES.size()) {
      throw new IllegalArgumentException(
          "there are "
              + probabilities.classes()
              + " class planes, expected "
              + ClassMaps.NAMES.size()
              + ": "
              + String.join(", ", ClassMaps.NAMES));
    }
    int width = probabilities.width();
    int height = probabilities.height();
    float[] background = probabilities.plane(ClassMaps.BACKGROUND);
    float[] interior = probabilities.plane(ClassMaps.INTERIOR);
    float[] border = probabilities.plane(ClassMaps.BORDER);
    boolean[] foreground = new boolean[background.length];
    boolean[] sure = new boolean[background.length];
    float[] landscape = new float[background.length];
    for (int i = 0; i < foreground.length; i++) {
      foreground[i] = 1 - background[i] > parameters.foregroundThreshold();
      sure[i] = foreground[i] && interior[i] > parameters.interiorThreshold();
      landscape[i] = border[i] - interior[i];
    }
    LabelMap seeds =
        LabelFilters.removeSmall(
            ConnectedComponents.of(sure, width, height, Connectivity.FOUR),
            parameters.minSeedArea());
    if (parameters.keepSeedless()) {
      addSeedless(seeds, foreground);
    }
    LabelMap objects = Watershed.flood(seeds, landscape, foreground, Connectivity.FOUR);
    if (parameters.fillHoles()) {
      objects = LabelFilters.fillHoles(objects);
    }
    return LabelFilters.removeSmall(objects, parameters.minArea()).relabelSequential();
  }

  /** Makes every foreground component that holds no seed a seed of its own. Changes the seeds. */
  private static void addSeedless(LabelMap seeds, boolean[] foreground) {
    int[] labels = seeds.labels();
    LabelMap components =
        ConnectedComponents.of(foreground, seeds.width(), seeds.height(), Connectivity.FOUR);
    int componentCount = 0;
    int maxSeed = 0;
    for (int i = 0; i < labels.length; i++) {
      componentCount = Math.max(componentCount, components.labels()[i]);
      maxSeed = Math.max(maxSeed, labels[i]);
    }
    boolean[] seeded = new boolean[componentCount + 1];
    for (int i = 0; i < labels.length; i++) {
      seeded[components.labels()[i]] |= labels[i] != 0;
    }
    for (int i = 0; i < labels.length; i++) {
      int component = components.labels()[i];
      if (component != 0 && !seeded[component]) {
        labels[i] = maxSeed + component;
      }
    }
  }
}
