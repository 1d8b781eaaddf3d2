package dev.fovea.samples;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.SampleType;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Draws micrographs of cell nuclei with the label of every pixel: irregular ellipses, alone and in
 * touching clusters, with texture, blur, uneven light and noise. The same scene and seed give the
 * same picture on every machine.
 */
public final class SyntheticMicroscope {
  // Optical density of the stains in red, green and blue (Ruifrok and Johnston, Quantification of
  // histochemical staining by color deconvolution, 2001).
  private static final double[] HEMATOXYLIN = {0.650, 0.704, 0.286};
  private static final double[] EOSIN = {0.072, 0.990, 0.105};
  private static final double[] LAMP = {241, 238, 243};

  private SyntheticMicroscope() {}

  /**
   * What is in view and how it is seen.
   *
   * @param width picture width in pixels, 8 to 16384
   * @param height picture height in pixels, 8 to 16384
   * @param nuclei number of nuclei to place; a crowded picture may hold fewer
   * @param radius typical radius of a nucleus in pixels, at least 3
   * @param clustering share of nuclei that are put beside another one, 0 to 1
   * @param blur standard deviation of the point spread in pixels, above 0
   * @param noise strength of the noise, 0 for none, 1 for a usual camera
   */
  public record Scene(
      int width,
      int height,
      int nuclei,
      double radius,
      double clustering,
      double blur,
      double noise) {
    /** A picture of 256 x 256 pixels with 40 nuclei, about half of them in clusters. */
    public static final Scene DEFAULT = new Scene(256, 256, 40, 10, 0.5, 1.1, 1);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public Scene {
      require("width", width, 8, 16384);
      require("height", height, 8, 16384);
      require("number of nuclei", nuclei, 0, 1_000_000);
      require("radius", radius, 3, 1000);
      require("clustering", clustering, 0, 1);
      require("blur", blur, 0.1, 100);
      require("noise", noise, 0, 100);
    }

    private static void require(String what, double value, double least, double most) {
      if (!(value >= least && value <= most)) {
        throw new IllegalArgumentException(
            what + " is " + value + ", expected " + least + " to " + most);
      }
    }
  }

  /**
   * Draws a fluorescence picture: bright nuclei of differing brightness on a dark ground, some haze
   * from out of focus, light that falls off from its centre, photon and camera noise.
   *
   * @param scene what is in view
   * @param type 8-bit samples, or 16-bit ones that use the range of a 12-bit camera
   * @param seed seed of all chance
   * @return grey picture and labels
   * @throws IllegalArgumentException if {@code type} is neither 8-bit nor 16-bit
   */
  public static Micrograph fluorescence(Scene scene, SampleType type, long seed) {
    if (type == SampleType.FLOAT32) {
      throw new IllegalArgumentException(
          "sample type is " + type + ", expected " + SampleType.UINT8 + " or " + SampleType.UINT16);
    }
    Random random = new Random(seed);
    int width = scene.width();
    int height = scene.height();
    NucleusField field = new NucleusField(random, scene, 0.25);
    double[] signal = emission(random, scene, field);
    double[] sharp = Fields.blur(signal, width, height, scene.blur());
    double[] haze = Fields.blur(signal, width, height, 1.5 * scene.radius());
    double[] ground = Fields.smoothNoise(random, width, height, 3 * scene.radius());
    double lightX = width * (0.3 + 0.4 * random.nextDouble());
    double lightY = height * (0.3 + 0.4 * random.nextDouble());
    double spread = 2.0 * (width * (double) width + height * (double) height);
    double[] seen = new double[signal.length];
    for (int i = 0; i < seen.length; i++) {
      double dx = i % width - lightX;
      double dy = i / width - lightY;
      double light = StrictMath.exp(-2 * (dx * dx + dy * dy) / spread);
      double value = light * (0.85 * sharp[i] + 0.15 * haze[i] + 0.03 + 0.006 * ground[i]);
      seen[i] = photograph(random, Math.max(0, value), scene.noise());
    }
    return new Micrograph(grey(seen, width, height, type), field.labels());
  }

  /** Light from the nuclei themselves; where two lie over each other it adds up. */
  private static double[] emission(Random random, Scene scene, NucleusField field) {
    double[] chromatin =
        Fields.smoothNoise(random, scene.width(), scene.height(), scene.radius() / 5);
    double[] signal = new double[field.labels().length];
    for (Nucleus nucleus : field.nuclei()) {
      double brightness = Math.min(0.8, 0.4 * StrictMath.exp(0.35 * random.nextGaussian()));
      field.forEachPixel(
          nucleus,
          (i, radius) -> {
            double thickness = 0.7 + 0.3 * Math.sqrt(Math.max(0, 1 - radius * radius));
            double texture = Math.max(0.4, 1 + 0.1 * chromatin[i]);
            signal[i] += brightness * nucleus.coverage(radius) * thickness * texture;
          });
    }
    return signal;
  }

  /** One sample of a camera whose full scale, 1, is 900 photons at noise strength 1. */
  private static double photograph(Random random, double value, double noise) {
    if (noise == 0) {
      return value;
    }
    double photons = 900 / (noise * noise);
    return poisson(random, value * photons) / photons + 0.004 * noise * random.nextGaussian();
  }

  private static double poisson(Random random, double mean) {
    if (mean > 60) {
      return Math.max(0, Math.rint(mean + Math.sqrt(mean) * random.nextGaussian()));
    }
    double limit = StrictMath.exp(-mean);
    int count = 0;
    for (double product = random.nextDouble(); product > limit; count++) {
      product *= random.nextDouble();
    }
    return count;
  }

  private static Image grey(double[] values, int width, int height, SampleType type) {
    if (type == SampleType.UINT8) {
      return Image.ofUint8(width, height, bytes(values, 255));
    }
    short[] samples = new short[values.length];
    for (int i = 0; i < samples.length; i++) {
      // 4095 counts over the camera's offset of 100.
      samples[i] = (short) Math.max(0, Math.min(65535, Math.rint(100 + 4095 * values[i])));
    }
    return Image.ofUint16(width, height, samples);
  }

  private static byte[] bytes(double[] values, double scale) {
    byte[] samples = new byte[values.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) Math.max(0, Math.min(255, (int) Math.rint(scale * values[i])));
    }
    return samples;
  }

  /**
   * Draws stained tissue in bright field: nuclei purple by hematoxylin, the tissue between them
   * pink by eosin, with fibres and pale openings. Light is absorbed by the law of Beer and Lambert,
   * so nuclei over each other are darker.
   *
   * @param scene what is in view
   * @param seed seed of all chance
   * @return 8-bit colour picture and labels
   */
  public static Micrograph stainedTissue(Scene scene, long seed) {
    Random random = new Random(seed);
    int width = scene.width();
    int height = scene.height();
    NucleusField field = new NucleusField(random, scene, 0.45);
    double[] hematoxylin = hematoxylin(random, scene, field);
    double[] eosin = eosin(random, scene);
    byte[][] planes =
        IntStream.range(0, LAMP.length)
            .mapToObj(
                c -> {
                  double[] light = new double[eosin.length];
                  for (int i = 0; i < light.length; i++) {
                    double density = HEMATOXYLIN[c] * hematoxylin[i] + EOSIN[c] * eosin[i];
                    light[i] = LAMP[c] * StrictMath.exp(-density);
                  }
                  double[] seen = Fields.blur(light, width, height, scene.blur());
                  for (int i = 0; i < seen.length; i++) {
                    seen[i] += 2.5 * scene.noise() * random.nextGaussian();
                  }
                  return bytes(seen, 1);
                })
            .toArray(byte[][]::new);
    return new Micrograph(Image.ofUint8(width, height, planes), field.labels());
  }

  private static double[] hematoxylin(Random random, Scene scene, NucleusField field) {
    double[] chromatin =
        Fields.smoothNoise(random, scene.width(), scene.height(), scene.radius() / 6);
    double[] density = new double[field.labels().length];
    for (Nucleus nucleus : field.nuclei()) {
      double stain = 1.1 * StrictMath.exp(0.2 * random.nextGaussian());
      field.forEachPixel(
          nucleus,
          (i, radius) -> {
            // Chromatin lies against the membrane: the rim is darker than the middle.
            double rim = 0.8 + 0.35 * Math.min(1, radius * radius);
            double texture = Math.max(0.4, 1 + 0.2 * chromatin[i]);
            density[i] += stain * nucleus.coverage(radius) * rim * texture;
          });
    }
    return density;
  }

  private static double[] eosin(Random random, Scene scene) {
    int width = scene.width();
    int height = scene.height();
    double[] region = Fields.smoothNoise(random, width, height, 2.5 * scene.radius());
    double[] fibre = Fields.smoothNoise(random, width, height, scene.radius() / 3);
    double[] grain = Fields.smoothNoise(random, width, height, 0.8);
    double[] density = new double[region.length];
    for (int i = 0; i < density.length; i++) {
      // Openings in the tissue where the slow noise is low, with a rather steep edge.
      double tissue = 1 / (1 + StrictMath.exp(-6 * (region[i] + 1.2)));
      double strands = 1 + 0.25 * fibre[i] + 0.1 * grain[i];
      density[i] = Math.max(0, tissue * 0.33 * strands * (1 + 0.2 * region[i]) + 0.02);
    }
    return density;
  }
}
