package dev.fovea.detection.mask;

import dev.fovea.detection.box.Box;
import java.util.Arrays;
import java.util.List;

/**
 * A mask as run lengths in the order of COCO: column by column from the left, each from the top;
 * the first run is of pixels outside and may be empty, then they alternate.
 *
 * <p>Areas, intersections and unions are computed on the runs, in time linear in their number.
 */
public final class RleMask implements Mask {
  private final int width;
  private final int height;
  private final int[] counts;

  private RleMask(int width, int height, int[] counts) {
    this.width = width;
    this.height = height;
    this.counts = counts;
  }

  /**
   * The mask with the given runs.
   *
   * @param counts lengths of the runs; copied
   * @throws IllegalArgumentException if one is negative or they do not add up to the pixels
   */
  public static RleMask of(int width, int height, int... counts) {
    Mask.requireSize(width, height);
    long sum = 0;
    for (int count : counts) {
      if (count < 0) {
        throw new IllegalArgumentException(
            "mask: found a run of " + count + ", expected 0 or more");
      }
      sum += count;
    }
    if (sum != (long) width * height) {
      throw new IllegalArgumentException(
          "mask: found runs of %d pixels, expected %d for %d x %d"
              .formatted(sum, (long) width * height, width, height));
    }
    return new RleMask(width, height, counts.clone());
  }

  /**
   * The mask of a picture's pixels.
   *
   * @param pixels row by row, {@code [height * width]}; not changed
   * @throws IllegalArgumentException if there are not as many
   */
  public static RleMask ofPixels(int width, int height, boolean[] pixels) {
    Mask.requireSize(width, height);
    if (pixels.length != width * height) {
      throw new IllegalArgumentException(
          "mask: found " + pixels.length + " pixels, expected " + width + " x " + height);
    }
    Runs runs = new Runs();
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        runs.add(1, pixels[y * width + x]);
      }
    }
    return new RleMask(width, height, runs.toArray());
  }

  /**
   * Reads the text form of COCO: of every run, from the fourth on, the difference to the run two
   * before, in groups of five bits, lowest first, one character a group; a sixth bit says that more
   * follow, and the highest of the last five is the sign.
   *
   * @throws IllegalArgumentException if the text is none, or is of another size
   */
  public static RleMask parse(int width, int height, String text) {
    int[] counts = new int[text.length()];
    int n = 0;
    for (int at = 0; at < text.length(); n++) {
      long value = 0;
      int shift = 0;
      int group;
      do {
        group = at < text.length() ? text.charAt(at++) - FIRST_CHARACTER : -1;
        if (group < 0 || group >= 64 || shift > 30) {
          throw new IllegalArgumentException(
              "mask: found no run lengths at character " + Math.max(0, at - 1));
        }
        value |= (long) (group & 31) << shift;
        shift += 5;
      } while ((group & 32) != 0);
      if ((group & 16) != 0) {
        value |= -1L << shift;
      }
      long count = n > 2 ? value + counts[n - 2] : value;
      if (count < 0 || count > MAX_PIXELS) {
        throw new IllegalArgumentException("mask: found a run of " + count + " pixels");
      }
      counts[n] = (int) count;
    }
    return of(width, height, Arrays.copyOf(counts, n));
  }

  private static final char FIRST_CHARACTER = '0';

  /** The text form of COCO, see {@link #parse}. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < counts.length; i++) {
      int value = i > 2 ? counts[i] - counts[i - 2] : counts[i];
      boolean more;
      do {
        int group = value & 31;
        value >>= 5;
        // The highest bit of the last group must be the sign of what is left.
        more = (group & 16) != 0 ? value != -1 : value != 0;
        text.append((char) (FIRST_CHARACTER + (more ? group | 32 : group)));
      } while (more);
    }
    return text.toString();
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int height() {
    return height;
  }

  /** Lengths of the runs, a new array. */
  public int[] counts() {
    return counts.clone();
  }

  @Override
  public RleMask toRle() {
    return this;
  }

  /** The pixels row by row, a new array {@code [height * width]}. */
  public boolean[] pixels() {
    boolean[] pixels = new boolean[width * height];
    int position = 0;
    for (int i = 0; i < counts.length; i++) {
      int end = position + counts[i];
      for (; position < end; position++) {
        pixels[position % height * width + position / height] = i % 2 == 1;
      }
    }
    return pixels;
  }

  /** Number of pixels inside. */
  public long area() {
    long area = 0;
    for (int i = 1; i < counts.length; i += 2) {
      area += counts[i];
    }
    return area;
  }

  /** The smallest box around the pixels; an empty one at the origin if there are none. */
  public Box box() {
    int left = width;
    int right = 0;
    int top = height;
    int bottom = 0;
    int start = 0;
    for (int i = 0; i < counts.length; start += counts[i], i++) {
      if (i % 2 == 1 && counts[i] > 0) {
        int last = start + counts[i] - 1;
        boolean oneColumn = start / height == last / height;
        left = Math.min(left, start / height);
        right = Math.max(right, last / height + 1);
        top = Math.min(top, oneColumn ? start % height : 0);
        bottom = Math.max(bottom, oneColumn ? last % height + 1 : height);
      }
    }
    return right == 0 ? new Box(0, 0, 0, 0) : new Box(left, top, right, bottom);
  }

  /**
   * Number of pixels that two masks have in common.
   *
   * @throws IllegalArgumentException if they are of different sizes
   */
  public long intersection(RleMask other) {
    return overlay(other, (a, b) -> a && b).area();
  }

  /**
   * Intersection over union of two masks; 0 if both are empty.
   *
   * @throws IllegalArgumentException if they are of different sizes
   */
  public double iou(RleMask other) {
    long common = intersection(other);
    return common == 0 ? 0 : (double) common / (area() + other.area() - common);
  }

  /**
   * Intersection over the area of the other mask; 0 if that is empty. With a crowd as this mask,
   * COCO takes it in place of {@link #iou}.
   *
   * @throws IllegalArgumentException if they are of different sizes
   */
  public double ioa(RleMask other) {
    long common = intersection(other);
    return common == 0 ? 0 : (double) common / other.area();
  }

  /**
   * The pixels that are in any of the masks.
   *
   * @param masks at least one
   * @throws IllegalArgumentException if they are of different sizes
   */
  static RleMask union(List<RleMask> masks) {
    RleMask all = masks.get(0);
    for (RleMask mask : masks.subList(1, masks.size())) {
      all = all.overlay(mask, (a, b) -> a || b);
    }
    return all;
  }

  /** What of two pixels makes one. */
  private interface Rule {
    boolean of(boolean a, boolean b);
  }

  private RleMask overlay(RleMask other, Rule rule) {
    if (width != other.width || height != other.height) {
      throw new IllegalArgumentException(
          "mask: found sizes %d x %d and %d x %d, expected the same"
              .formatted(width, height, other.width, other.height));
    }
    Runs runs = new Runs();
    int i = 0;
    int j = 0;
    int left = counts[0];
    int otherLeft = other.counts[0];
    for (int position = 0; position < width * height; ) {
      for (; left == 0; left = counts[i]) {
        i++;
      }
      for (; otherLeft == 0; otherLeft = other.counts[j]) {
        j++;
      }
      int length = Math.min(left, otherLeft);
      runs.add(length, rule.of(i % 2 == 1, j % 2 == 1));
      position += length;
      left -= length;
      otherLeft -= length;
    }
    return new RleMask(width, height, runs.toArray());
  }

  /** Equal if the same pixels of pictures of the same size are inside. */
  @Override
  public boolean equals(Object o) {
    return o instanceof RleMask other
        && width == other.width
        && height == other.height
        && Arrays.equals(canonical(), other.canonical());
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + height) + Arrays.hashCode(canonical());
  }

  /** The same without empty runs, but for the first. */
  private int[] canonical() {
    Runs runs = new Runs();
    for (int i = 0; i < counts.length; i++) {
      runs.add(counts[i], i % 2 == 1);
    }
    return runs.toArray();
  }

  @Override
  public String toString() {
    return "RleMask[" + width + " x " + height + ", " + area() + " pixels]";
  }

  /** Runs as they are put together; neighbours of one kind become one. */
  static final class Runs {
    private int[] lengths = new int[16];
    private int n = 1;

    void add(int length, boolean inside) {
      if (length == 0) {
        return;
      }
      if (inside != (n % 2 == 0)) {
        if (n == lengths.length) {
          lengths = Arrays.copyOf(lengths, 2 * n);
        }
        n++;
      }
      lengths[n - 1] += length;
    }

    int[] toArray() {
      return Arrays.copyOf(lengths, n);
    }
  }
}
