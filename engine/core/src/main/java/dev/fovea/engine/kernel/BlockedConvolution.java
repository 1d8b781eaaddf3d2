package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Optional;

/**
 * How a convolution of channel-blocked images ({@link BlockedKernels}) is computed, and the form of
 * its weights for that.
 *
 * @param window of images, so with two dimensions
 * @param inputs channels of the input
 * @param outputs channels of the output
 * @param algorithm how
 */
public record BlockedConvolution(Window window, int inputs, int outputs, Algorithm algorithm) {

  /** Ways to compute a convolution. */
  public enum Algorithm {
    /** As it is written, tiles of pixels and output channels in registers. */
    DIRECT,
    /**
     * F(4x4, 3x3) (Winograd 1980; Lavin and Gray, Fast algorithms for convolutional neural
     * networks, 2015): 36 products for 16 pixels instead of 144. Sums of larger numbers that nearly
     * cancel cost about one decimal digit.
     */
    WINOGRAD,
    /** Each channel by itself. */
    DEPTHWISE
  }

  /** Side of a tile of pixels that is transformed, and of the part of it that is computed. */
  public static final int WINOGRAD_TILE = 6;

  /** Pixels of a side that a tile gives. */
  public static final int WINOGRAD_OUTPUT = 4;

  private static final int WINOGRAD_AREA = WINOGRAD_TILE * WINOGRAD_TILE;

  // What is packed, and fills up a block at the end, must be one array.
  private static final long MOST_WEIGHTS = 1L << 30;

  private static final long MOST_OF_BAND = 1 << 24;
  private static final int MOST_TAPS = 1024;

  // Pixels that a tile sums up: with fewer, running sums are loaded and stored too often. With
  // fewer rows, too much is copied twice, as they share borders.
  private static final int GRADIENT_PIXELS = 256;
  private static final int GRADIENT_ROWS = 4;

  // From 3 weights to 6: the points are 0, 1, -1, 2, -2 and infinity.
  private static final double[][] FILTER = {
    {1 / 4.0, 0, 0},
    {-1 / 6.0, -1 / 6.0, -1 / 6.0},
    {-1 / 6.0, 1 / 6.0, -1 / 6.0},
    {1 / 24.0, 1 / 12.0, 1 / 6.0},
    {1 / 24.0, -1 / 12.0, 1 / 6.0},
    {0, 0, 1}
  };

  // Of one thread, as measured with vectors of 512 bits; only their ratios count.
  private static final double FLOPS = 100e9;
  private static final double WEIGHT_BYTES = 15e9;
  private static final double SECONDS_IN = 15e-9;
  private static final double SECONDS_OUT = 10e-9;
  // Beginning and end of a sum cost as much as so many products.
  private static final int ENDS = 6;

  /**
   * The fastest way that is known.
   *
   * @param x input {@code [N, C, H, W]}
   * @param w weights {@code [O, C / groups, kernelH, kernelW]}
   * @param winograd whether a loss of accuracy for speed is allowed
   * @return empty if such convolutions are not computed on channel-blocked images
   */
  public static Optional<BlockedConvolution> of(
      Window g, int groups, Shape x, Shape w, boolean winograd) {
    if (g.dimensions() != 2) {
      return Optional.empty();
    }
    int inputs = x.dim(1);
    int outputs = w.dim(0);
    if (groups > 1) {
      return groups == inputs && inputs == outputs
          ? Optional.of(new BlockedConvolution(g, inputs, outputs, Algorithm.DEPTHWISE))
          : Optional.empty();
    }
    int outH = g.outputH(x.dim(2));
    int outW = g.outputW(x.dim(3));
    boolean fits =
        g.kernelH() == 3
            && g.kernelW() == 3
            && g.strideH() == 1
            && g.strideW() == 1
            && !g.dilated()
            && (long) WINOGRAD_AREA * inputs * outputs < MOST_WEIGHTS;
    boolean pays =
        fits && winogradSeconds(x, outputs, outH, outW) < directSeconds(x, w, outH, outW);
    return Optional.of(
        new BlockedConvolution(
            g, inputs, outputs, winograd && pays ? Algorithm.WINOGRAD : Algorithm.DIRECT));
  }

  /**
   * Whether gradients are computed on channel-blocked images too, and fast: channels fill a good
   * part of the blocks, and some rows under all taps are not too large for any cache.
   *
   * @param x input {@code [N, C, H, W]}
   * @param w weights {@code [O, C / groups, kernelH, kernelW]}
   * @param lanes channels of a block
   */
  public static boolean hasGradients(Window g, int groups, Shape x, Shape w, int lanes) {
    if (g.dimensions() != 2 || groups != 1 || x.size() == 0 || w.size() == 0) {
      return false;
    }
    int taps = g.kernelH() * g.kernelW();
    int outW = g.outputW(x.dim(3));
    long rows = gradientRows(g.outputH(x.dim(2)), outW) + (long) g.extentH();
    long phases = Math.min((long) g.strideH() * g.strideW(), taps);
    long padded = w.size() + (long) lanes * taps * Math.max(w.dim(0), w.dim(1));
    return 2 * w.dim(0) >= lanes
        && taps <= MOST_TAPS
        && padded < MOST_WEIGHTS
        && phases * rows * ((long) outW + g.extentW()) * lanes < MOST_OF_BAND;
  }

  /** Rows that a gradient by weights takes at a time: some, and some pixels. */
  public static int gradientRows(int outH, int outW) {
    return Math.min(outH, Math.max(GRADIENT_ROWS, GRADIENT_PIXELS / outW));
  }

  private static double directSeconds(Shape x, Shape w, int outH, int outW) {
    double products = w.size() + (double) ENDS * w.dim(0);
    double pixels = (double) x.dim(0) * outH * outW;
    return Math.max(2 * products * pixels / FLOPS, 4 * products / WEIGHT_BYTES);
  }

  private static double winogradSeconds(Shape x, int outputs, int outH, int outW) {
    double tiles = (double) x.dim(0) * tiles(outH) * tiles(outW);
    double products = (double) WINOGRAD_AREA * (x.dim(1) + ENDS) * outputs;
    double transforms = tiles * (x.dim(1) * SECONDS_IN + outputs * SECONDS_OUT);
    return Math.max(2 * products * tiles / FLOPS, 4 * products / WEIGHT_BYTES) + transforms;
  }

  /** Tiles that cover so many rows or columns of the output. */
  public static int tiles(int extent) {
    return (extent + WINOGRAD_OUTPUT - 1) / WINOGRAD_OUTPUT;
  }

  /**
   * Weights in the order in which they are read: pairs of blocks of output channels, a single one
   * at the end if their number is odd; in a pair, for each product in turn (channels within points
   * of a transformed tile) the weights of all its channels. Channels that fill up a block have
   * weights of zero.
   *
   * @param w {@code [O, C, kernelH, kernelW]}, or {@code [C, 1, kernelH, kernelW]} for {@link
   *     Algorithm#DEPTHWISE}, on the host
   * @param lanes channels of a block
   * @return a new tensor of one dimension
   */
  public Tensor pack(Tensor w, int lanes) {
    return switch (algorithm) {
      case DIRECT -> packDirect(w, lanes);
      case WINOGRAD -> packWinograd(w, lanes);
      case DEPTHWISE -> packDepthwise(w, lanes);
    };
  }

  private int outputBlocks(int lanes) {
    return (outputs + lanes - 1) / lanes;
  }

  /**
   * Where the weight of product {@code k} for output {@code o} lies among {@code depth} products.
   */
  private int place(int o, int k, int depth, int lanes) {
    int block = o / lanes;
    int pair = block / 2;
    boolean single = 2 * pair + 1 == outputBlocks(lanes);
    int width = single ? lanes : 2 * lanes;
    return pair * depth * 2 * lanes + k * width + o - pair * 2 * lanes;
  }

  private Tensor packDirect(Tensor w, int lanes) {
    int taps = window.kernelH() * window.kernelW();
    int depth = inputs * taps;
    Tensor packed = Tensor.aligned(outputBlocks(lanes) * lanes * depth);
    for (int o = 0; o < outputs; o++) {
      for (int c = 0; c < inputs; c++) {
        int first = c / lanes * lanes;
        int used = Math.min(lanes, inputs - first);
        for (int t = 0; t < taps; t++) {
          int k = first * taps + t * used + c - first;
          packed.array()[packed.offset() + place(o, k, depth, lanes)] =
              w.array()[w.offset() + (o * inputs + c) * taps + t];
        }
      }
    }
    return packed;
  }

  private Tensor packWinograd(Tensor w, int lanes) {
    int depth = WINOGRAD_AREA * inputs;
    Tensor packed = Tensor.aligned(outputBlocks(lanes) * lanes * depth);
    double[][] rows = new double[WINOGRAD_TILE][3];
    for (int o = 0; o < outputs; o++) {
      for (int c = 0; c < inputs; c++) {
        int from = w.offset() + (o * inputs + c) * 9;
        for (int i = 0; i < WINOGRAD_TILE; i++) {
          for (int j = 0; j < 3; j++) {
            rows[i][j] = 0;
            for (int k = 0; k < 3; k++) {
              rows[i][j] += FILTER[i][k] * w.array()[from + k * 3 + j];
            }
          }
        }
        for (int i = 0; i < WINOGRAD_AREA; i++) {
          double[] row = rows[i / WINOGRAD_TILE];
          double[] f = FILTER[i % WINOGRAD_TILE];
          packed.array()[packed.offset() + place(o, i * inputs + c, depth, lanes)] =
              (float) (row[0] * f[0] + row[1] * f[1] + row[2] * f[2]);
        }
      }
    }
    return packed;
  }

  private Tensor packDepthwise(Tensor w, int lanes) {
    int taps = window.kernelH() * window.kernelW();
    Tensor packed = Tensor.aligned(outputBlocks(lanes) * lanes * taps);
    for (int c = 0; c < outputs; c++) {
      for (int t = 0; t < taps; t++) {
        packed.array()[packed.offset() + (c / lanes * taps + t) * lanes + c % lanes] =
            w.array()[w.offset() + c * taps + t];
      }
    }
    return packed;
  }
}
