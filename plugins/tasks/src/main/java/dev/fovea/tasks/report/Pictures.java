package dev.fovea.tasks.report;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.monitor.Histogram;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;

/** The pictures of a report as PNG. */
public final class Pictures {
  private static final int BINS = 48;
  private static final int MOST_FILTERS = 96;
  private static final int COLUMNS = 16;

  private Pictures() {}

  /**
   * Distributions over time.
   *
   * @param columns one histogram each
   * @param low value at the lower edge
   * @param high value at the upper edge
   * @param magnitude whether the edges are powers of ten and signs are not looked at
   */
  static BufferedImage distribution(
      List<Histogram> columns, double low, double high, boolean magnitude) {
    BufferedImage image = new BufferedImage(columns.size(), BINS, BufferedImage.TYPE_INT_ARGB);
    for (int x = 0; x < columns.size(); x++) {
      double[] bins = bins(columns.get(x), low, high, magnitude);
      double most = 0;
      for (double b : bins) {
        most = Math.max(most, b);
      }
      for (int y = 0; y < BINS; y++) {
        // The root lets rare values be seen; transparent where there is nothing, on any page.
        int alpha = most == 0 ? 0 : (int) Math.round(255 * Math.sqrt(bins[BINS - 1 - y] / most));
        image.setRGB(x, y, alpha << 24 | 0x2f7fd0);
      }
    }
    return image;
  }

  /** How much of a histogram lies in each of equal parts of a range. */
  private static double[] bins(Histogram h, double low, double high, boolean magnitude) {
    double[] bins = new double[BINS];
    for (Histogram.Bucket b : h.buckets()) {
      boolean aroundZero = b.left() < 0 && b.right() > 0;
      if (magnitude && aroundZero) {
        continue;
      }
      double left = magnitude ? logarithm(b.left(), b.right(), false) : b.left();
      double right = magnitude ? logarithm(b.left(), b.right(), true) : b.right();
      // Exact zeros of a ReLU are a number beside the picture: in it they would outshine the rest.
      double count = aroundZero ? b.count() - h.zeros() : b.count();
      spread(bins, count, BINS * (left - low) / (high - low), BINS * (right - low) / (high - low));
    }
    return bins;
  }

  private static double logarithm(double a, double b, boolean larger) {
    double x = Math.abs(a);
    double y = Math.abs(b);
    return Math.log10(larger ? Math.max(x, y) : Math.min(x, y));
  }

  private static void spread(double[] bins, double count, double from, double to) {
    for (int i = (int) Math.max(0, Math.floor(from)); i < Math.min(bins.length, to); i++) {
      double part = Math.min(to, i + 1) - Math.max(from, i);
      bins[i] += count * (to - from < 1e-12 ? 1 : part / (to - from));
    }
  }

  /**
   * The filters of the first layer of a network that has learnt weights side by side, or null if
   * they cannot be seen as pictures.
   */
  public static BufferedImage filters(Graph network) {
    Shape input = network.inputs().get(0).shape();
    return network.parameters().stream()
        .filter(v -> v.shape().rank() >= 2)
        .findFirst()
        .map(v -> filters(v.tensor(), input))
        .orElse(null);
  }

  /**
   * The filters of a first layer side by side, or null if they cannot be seen as pictures. Grey is
   * 0; the scale is the same for all.
   *
   * @param weights {@code [filters, C, H, W]}, or {@code [filters, C * H * W]} on such an input
   * @param input shape of the network's input
   */
  static BufferedImage filters(Tensor weights, Shape input) {
    Shape s = weights.shape();
    if (s.rank() == 2 && input.rank() == 4 && s.dim(1) == input.size(1, 4)) {
      s = Shape.of(s.dim(0), input.dim(1), input.dim(2), input.dim(3));
    }
    if (s.rank() != 4 || s.dim(2) < 2 || s.dim(3) < 2) {
      return null;
    }
    int channels = s.dim(1);
    // With other numbers of channels each one is a picture of its own.
    boolean colored = channels == 3;
    int pictures = Math.min(MOST_FILTERS, colored ? s.dim(0) : s.dim(0) * channels);
    int columns = Math.min(COLUMNS, pictures);
    int rows = (pictures + columns - 1) / columns;
    int h = s.dim(2);
    int w = s.dim(3);
    BufferedImage image =
        new BufferedImage(columns * (w + 1) - 1, rows * (h + 1) - 1, BufferedImage.TYPE_INT_ARGB);
    double scale = largest(weights);
    for (int p = 0; p < pictures; p++) {
      for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
          int at = (colored ? p * 3 : p) * h * w + y * w + x;
          int red = level(weights, at, scale);
          int green = colored ? level(weights, at + h * w, scale) : red;
          int blue = colored ? level(weights, at + 2 * h * w, scale) : red;
          image.setRGB(
              p % columns * (w + 1) + x,
              p / columns * (h + 1) + y,
              0xff << 24 | red << 16 | green << 8 | blue);
        }
      }
    }
    return image;
  }

  private static double largest(Tensor t) {
    double largest = 0;
    for (int i = 0; i < t.size(); i++) {
      double magnitude = Math.abs(t.get(i));
      largest = Double.isFinite(magnitude) ? Math.max(largest, magnitude) : largest;
    }
    return largest == 0 ? 1 : largest;
  }

  private static int level(Tensor t, int i, double scale) {
    return (int) Math.max(0, Math.min(255, Math.round(127.5 + 127.5 * t.get(i) / scale)));
  }

  /** As PNG. */
  static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("memory can always be written", e);
    }
    return bytes.toByteArray();
  }

  /** As an address that holds the picture itself. */
  static String address(BufferedImage image) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png(image));
  }
}
