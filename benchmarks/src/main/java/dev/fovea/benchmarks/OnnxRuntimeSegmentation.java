package dev.fovea.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * The least program that segments an image with ONNX Runtime for Java: reads a grey image and a
 * model, scales the image by its quantiles, runs the model, and writes a mask of the most probable
 * class of each pixel. It finds no objects, measures none and draws nothing, all of which {@code
 * ./fovea segment} does.
 */
public final class OnnxRuntimeSegmentation {

  /** The model takes colours. */
  private static final int CHANNELS = 3;

  private OnnxRuntimeSegmentation() {}

  /** Model, image, mask to be written, number of threads. */
  public static void main(String[] args) throws IOException, OrtException {
    BufferedImage image = ImageIO.read(new File(args[1]));
    int width = image.getWidth();
    int height = image.getHeight();
    float[] x = new float[width * height];
    image.getRaster().getSamples(0, 0, width, height, 0, x);
    scale(x);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(Integer.parseInt(args[3]));
      try (OrtSession session = environment.createSession(args[0], options);
          OnnxTensor input =
              OnnxTensor.createTensor(
                  environment,
                  FloatBuffer.wrap(inAllChannels(x)),
                  new long[] {1, CHANNELS, height, width});
          OrtSession.Result result =
              session.run(Map.of(session.getInputNames().iterator().next(), input))) {
        FloatBuffer p = ((OnnxTensor) result.get(0)).getFloatBuffer();
        ImageIO.write(mask(p, width, height), "png", new File(args[2]));
      }
    }
  }

  /** Quantiles of 1 and 99.8 % become 0 and 1. */
  private static void scale(float[] x) {
    float[] sorted = x.clone();
    Arrays.sort(sorted);
    float low = sorted[sorted.length / 100];
    float high = sorted[(int) (0.998 * (sorted.length - 1))];
    for (int i = 0; i < x.length; i++) {
      x[i] = (x[i] - low) / Math.max(1e-6f, high - low);
    }
  }

  private static float[] inAllChannels(float[] grey) {
    float[] all = new float[CHANNELS * grey.length];
    for (int c = 0; c < CHANNELS; c++) {
      System.arraycopy(grey, 0, all, c * grey.length, grey.length);
    }
    return all;
  }

  private static BufferedImage mask(FloatBuffer p, int width, int height) {
    int pixels = width * height;
    int classes = p.remaining() / pixels;
    BufferedImage mask = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < pixels; i++) {
      int best = 0;
      for (int c = 1; c < classes; c++) {
        best = p.get(c * pixels + i) > p.get(best * pixels + i) ? c : best;
      }
      mask.getRaster().setSample(i % width, i / width, 0, best);
    }
    return mask;
  }
}
