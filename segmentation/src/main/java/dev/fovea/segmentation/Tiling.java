package dev.fovea.segmentation;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * Runs a fully convolutional network over an image of any size, tile by tile.
 *
 * <p>Tiles of one size cover the image, spread evenly, neighbours sharing at least {@code overlap}
 * pixels. There the results are blended with raised-cosine weights that fall off towards the edge
 * of each tile, where the network sees the least context, and that sum to one at every pixel; so no
 * seam shows. On an axis where the image is not longer than a tile, a single tile takes it whole.
 *
 * <p>Tiles start at multiples of {@code multiple}, so that a network that pools sees the same
 * pixels together as in the whole image. What a tile has beyond the image is made up by reflection,
 * and cut off again.
 *
 * <p>The network sees one tile at a time and the results are held for one row of tiles only: {@code
 * K * tile * width} floats for K classes.
 *
 * @param tile side of a tile in pixels, a multiple of {@code multiple}
 * @param overlap least number of pixels that neighbouring tiles share, from 0 to half a tile, and
 *     at most {@code tile - multiple}
 * @param multiple what height and width of the network's input must be multiples of, for a U-Net 2
 *     to the power of its depth
 */
public record Tiling(int tile, int overlap, int multiple) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if they do not belong together
   */
  public Tiling {
    if (multiple < 1) {
      throw new IllegalArgumentException("multiple is " + multiple + ", expected 1 or more");
    }
    if (tile < 1 || tile > MAX_TILE || tile % multiple != 0) {
      throw new IllegalArgumentException(
          "tile is "
              + tile
              + " pixels, expected a multiple of "
              + multiple
              + ", at most "
              + MAX_TILE);
    }
    int most = Math.min(tile / 2, tile - multiple);
    if (overlap < 0 || overlap > most) {
      throw new IllegalArgumentException(
          "overlap is "
              + overlap
              + " pixels, expected 0 to "
              + most
              + " for tiles of "
              + tile
              + " pixels, multiples of "
              + multiple);
    }
  }

  /** Largest side of a tile. */
  public static final int MAX_TILE = 8192;

  /** An image that is read piece by piece. */
  public interface Source {
    /**
     * Returns the number of columns.
     *
     * @return the width in pixels
     */
    int width();

    /**
     * Returns the number of rows.
     *
     * @return the height in pixels
     */
    int height();

    /**
     * Returns the number of channels.
     *
     * @return the channels of the network's input
     */
    int channels();

    /**
     * Reads part of a row, normalised as the network expects it.
     *
     * @param channel channel index
     * @param y row
     * @param x first column
     * @param count number of columns; all lie in the image
     * @param into where to write
     * @param offset first index to write
     */
    void read(int channel, int y, int x, int count, float[] into, int offset);
  }

  /** What is computed from a tile. */
  @FunctionalInterface
  public interface Network {
    /**
     * Computes the result for one tile.
     *
     * @param input {@code [1, C, h, w]}; used again for the next tile, not to be kept
     * @return {@code [1, K, h, w]}
     */
    Tensor apply(Tensor input);
  }

  /** Takes the blended result from top to bottom. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes some finished rows.
     *
     * @param y first of them
     * @param rows number of rows
     * @param planes for each class at least {@code rows * width} values, row-major; used again, not
     *     to be kept
     */
    void accept(int y, int rows, float[][] planes);
  }

  /**
   * Returns how many tiles an image takes.
   *
   * @param width image width in pixels
   * @param height image height in pixels
   * @return number of calls of the network
   */
  public int count(int width, int height) {
    return Math.multiplyExact(axis(width).count(), axis(height).count());
  }

  /**
   * Runs the network over an image and hands on the rows as they are finished. Every row is handed
   * on exactly once.
   *
   * @param source the image
   * @param classes number K of classes the network gives
   * @param network computes a tile
   * @param sink takes the result
   * @param progress told after every tile; may cancel
   * @throws IllegalStateException if the network's result has another shape than {@code [1, K, h,
   *     w]}
   */
  public void run(Source source, int classes, Network network, Sink sink, Progress progress) {
    Grids.area(source.width(), source.height());
    TileAxis columns = axis(source.width());
    TileAxis rows = axis(source.height());
    Grids.area(source.width(), rows.extent());
    Tensor input = Tensor.zeros(1, source.channels(), rows.extent(), columns.extent());
    Shape expected = Shape.of(1, classes, rows.extent(), columns.extent());
    float[][] band = new float[classes][source.width() * rows.used(0)];
    int total = Math.multiplyExact(rows.count(), columns.count());
    int done = 0;
    for (int r = 0; r < rows.count(); r++) {
      for (int c = 0; c < columns.count(); c++) {
        fill(input.array(), source, rows, r, columns, c);
        Tensor output = network.apply(input);
        if (!output.shape().equals(expected)) {
          throw new IllegalStateException(
              "network gave " + output.shape() + " for a tile, expected " + expected);
        }
        blend(output, band, source.width(), rows, r, columns, c);
        progress.update(++done, total);
      }
      boolean last = r == rows.count() - 1;
      int end = last ? source.height() : rows.start(r + 1);
      int finished = end - rows.start(r);
      sink.accept(rows.start(r), finished, band);
      if (!last) {
        drop(band, finished * source.width());
      }
    }
  }

  /**
   * Runs the network over an image and keeps the result of all of it: {@code 4 * K * width *
   * height} bytes.
   *
   * @param source the image
   * @param classes number K of classes the network gives
   * @param network computes a tile
   * @param progress told after every tile; may cancel
   * @return one plane per class
   * @throws IllegalStateException if the network's result has another shape than {@code [1, K, h,
   *     w]}
   */
  public ClassProbabilities run(Source source, int classes, Network network, Progress progress) {
    int width = source.width();
    float[][] planes = new float[classes][Grids.area(width, source.height())];
    Sink copy =
        (y, rows, band) -> {
          for (int k = 0; k < classes; k++) {
            System.arraycopy(band[k], 0, planes[k], y * width, rows * width);
          }
        };
    run(source, classes, network, copy, progress);
    return new ClassProbabilities(width, source.height(), planes);
  }

  private TileAxis axis(int length) {
    return new TileAxis(length, tile, overlap, multiple);
  }

  private static void fill(
      float[] input, Source source, TileAxis rows, int r, TileAxis columns, int c) {
    int width = columns.extent();
    int used = columns.used(c);
    int offset = 0;
    for (int channel = 0; channel < source.channels(); channel++) {
      for (int i = 0; i < rows.extent(); i++) {
        int y = rows.reflect(rows.start(r) + i);
        source.read(channel, y, columns.start(c), used, input, offset);
        for (int j = used; j < width; j++) {
          source.read(channel, y, columns.reflect(columns.start(c) + j), 1, input, offset + j);
        }
        offset += width;
      }
    }
  }

  private static void blend(
      Tensor output, float[][] band, int width, TileAxis rows, int r, TileAxis columns, int c) {
    float[] values = output.array();
    int plane = rows.extent() * columns.extent();
    for (int k = 0; k < band.length; k++) {
      for (int i = 0; i < rows.used(r); i++) {
        float rowWeight = rows.weight(r, i);
        int from = output.offset() + k * plane + i * columns.extent();
        int to = i * width + columns.start(c);
        for (int j = 0; j < columns.used(c); j++) {
          band[k][to + j] += rowWeight * columns.weight(c, j) * values[from + j];
        }
      }
    }
  }

  /** Moves the values from {@code count} on to the front and clears the rest. */
  private static void drop(float[][] band, int count) {
    for (float[] plane : band) {
      int kept = plane.length - count;
      System.arraycopy(plane, count, plane, 0, kept);
      Arrays.fill(plane, kept, plane.length, 0f);
    }
  }
}
