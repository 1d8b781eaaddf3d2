package dev.fovea.engine.tensor;

import java.util.Arrays;

/**
 * The extents of a dense tensor, outermost dimension first. Immutable and thread-safe.
 *
 * <p>Images are {@code [N, C, H, W]}: batch, channels, rows, columns. A rank of zero is a scalar
 * (one element); an extent of zero gives an empty tensor.
 */
public final class Shape {

  /** The shape {@code []} of one single number. */
  public static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dims;
  private final int size;

  private Shape(int[] dims) {
    long n = 1;
    for (int d : dims) {
      if (d < 0) {
        throw new IllegalArgumentException("shape " + Arrays.toString(dims) + ": negative extent");
      }
      n *= d;
      // One float[] holds at most 2^31-1 elements; a silent int overflow here would corrupt memory.
      if (n > Integer.MAX_VALUE - 64) {
        throw new IllegalArgumentException(
            "shape " + Arrays.toString(dims) + ": more than 2^31 elements in one tensor");
      }
    }
    this.dims = dims;
    this.size = (int) n;
  }

  /**
   * A shape with the given extents.
   *
   * @param dims extents, outermost first; copied
   * @throws IllegalArgumentException if an extent is negative or the product exceeds an array
   */
  public static Shape of(int... dims) {
    return new Shape(dims.clone());
  }

  /** Number of dimensions. */
  public int rank() {
    return dims.length;
  }

  /**
   * Extent of one dimension.
   *
   * @param i index; negative counts from the end, so {@code dim(-1)} is the innermost extent
   */
  public int dim(int i) {
    return dims[i < 0 ? i + dims.length : i];
  }

  /** Number of elements: the product of all extents. */
  public int size() {
    return size;
  }

  /**
   * Number of elements of the dimensions {@code from} (inclusive) to {@code to} (exclusive).
   *
   * @throws ArithmeticException if there are too many, as there may be in an empty tensor
   */
  public int size(int from, int to) {
    int n = 1;
    for (int i = from; i < to; i++) {
      n = Math.multiplyExact(n, dims[i]);
    }
    return n;
  }

  /** A copy of the extents. */
  public int[] toArray() {
    return dims.clone();
  }

  /** This shape with the extent of dimension {@code i} replaced; negative {@code i} as in dim. */
  public Shape with(int i, int extent) {
    int[] d = dims.clone();
    d[i < 0 ? i + d.length : i] = extent;
    return new Shape(d);
  }

  /** This shape with one more dimension before all others: that of a batch of so many. */
  public Shape under(int extent) {
    int[] d = new int[dims.length + 1];
    d[0] = extent;
    System.arraycopy(dims, 0, d, 1, dims.length);
    return new Shape(d);
  }

  /** Row-major strides in elements; a stride is kept even for extents of one. */
  public int[] strides() {
    int[] s = new int[dims.length];
    int n = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      s[i] = n;
      n *= dims[i];
    }
    return s;
  }

  /**
   * The shape to which both shapes broadcast by the rule of NumPy and ONNX: aligned at the
   * innermost dimension, extents must be equal or one of them 1.
   *
   * @throws IllegalArgumentException if they do not broadcast
   */
  public static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] d = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int x = i <= a.rank() ? a.dim(-i) : 1;
      int y = i <= b.rank() ? b.dim(-i) : 1;
      if (x != y && x != 1 && y != 1) {
        throw new IllegalArgumentException(
            "expected shapes that broadcast, found " + a + " and " + b);
      }
      d[rank - i] = x == 1 ? y : x;
    }
    return new Shape(d);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
