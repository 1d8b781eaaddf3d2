package dev.fovea.segmentation;

import java.util.Arrays;

/**
 * Binary min-heap of pixels by float priority; pixels of equal priority leave in the order they
 * came. Priority and order of arrival are packed into one long, so the order is total and does not
 * depend on how the heap is laid out.
 */
final class PixelQueue {
  private long[] keys = new long[1024];
  private int[] pixels = new int[1024];
  private int size;
  private int arrivals;

  boolean isEmpty() {
    return size == 0;
  }

  /** Adds a pixel. At most 2^32 arrivals are told apart, twice the pixels a map can have. */
  void add(float priority, int pixel) {
    if (size == keys.length) {
      int capacity = size + (size >> 1);
      keys = Arrays.copyOf(keys, capacity);
      pixels = Arrays.copyOf(pixels, capacity);
    }
    long key = (long) sortable(priority) << 32 | Integer.toUnsignedLong(arrivals++);
    int i = size++;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      if (keys[parent] <= key) {
        break;
      }
      keys[i] = keys[parent];
      pixels[i] = pixels[parent];
      i = parent;
    }
    keys[i] = key;
    pixels[i] = pixel;
  }

  /** Removes and returns the pixel of lowest priority value. */
  int remove() {
    int result = pixels[0];
    size--;
    long key = keys[size];
    int pixel = pixels[size];
    int i = 0;
    while (true) {
      int child = 2 * i + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && keys[child + 1] < keys[child]) {
        child++;
      }
      if (key <= keys[child]) {
        break;
      }
      keys[i] = keys[child];
      pixels[i] = pixels[child];
      i = child;
    }
    keys[i] = key;
    pixels[i] = pixel;
    return result;
  }

  /** Maps floats to ints of the same order; -0 and +0 are one value. */
  private static int sortable(float value) {
    int bits = Float.floatToIntBits(value + 0f);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }
}
