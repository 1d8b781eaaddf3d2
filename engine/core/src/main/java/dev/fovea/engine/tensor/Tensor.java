package dev.fovea.engine.tensor;

import java.util.Arrays;
import java.util.Objects;

/**
 * A dense, row-major float32 tensor: a shape over a stretch of {@link Storage}.
 *
 * <p>Views ({@link #reshape}, {@link #slice}) share the storage and never copy. The shape is
 * immutable, the elements are not; a tensor is as thread-safe as a Java array.
 */
public final class Tensor {

  private final Shape shape;
  private final Storage storage;
  private final int offset;

  private Tensor(Shape shape, Storage storage, int offset) {
    this.shape = Objects.requireNonNull(shape, "shape");
    this.storage = Objects.requireNonNull(storage, "storage");
    this.offset = offset;
    if (offset < 0 || (long) offset + shape.size() > storage.length()) {
      throw new IllegalArgumentException(
          "tensor "
              + shape
              + " at offset "
              + offset
              + " needs "
              + shape.size()
              + " elements, storage has "
              + storage.length());
    }
  }

  /** A new host tensor of zeros. */
  public static Tensor zeros(Shape shape) {
    return new Tensor(shape, new Storage.Host(new float[shape.size()]), 0);
  }

  /** A new host tensor of zeros. */
  public static Tensor zeros(int... dims) {
    return zeros(Shape.of(dims));
  }

  /** A new host tensor of zeros that begins at {@link Alignment#START} of its array. */
  public static Tensor aligned(int... dims) {
    Shape shape = Shape.of(dims);
    float[] memory = new float[Math.addExact(Alignment.START, shape.size())];
    return new Tensor(shape, new Storage.Host(memory), Alignment.START);
  }

  /**
   * A host tensor around an array, which is <b>not</b> copied.
   *
   * @throws IllegalArgumentException if the array has not exactly {@code shape.size()} elements
   */
  public static Tensor of(Shape shape, float... values) {
    if (values.length != shape.size()) {
      throw new IllegalArgumentException(
          "tensor " + shape + " needs " + shape.size() + " values, found " + values.length);
    }
    return new Tensor(shape, new Storage.Host(values), 0);
  }

  /** A tensor over part of a storage, as backends and memory planners make them. */
  public static Tensor over(Storage storage, int offset, Shape shape) {
    return new Tensor(shape, storage, offset);
  }

  /** The extents. */
  public Shape shape() {
    return shape;
  }

  /** Number of elements. */
  public int size() {
    return shape.size();
  }

  /** The memory this tensor lies in. */
  public Storage storage() {
    return storage;
  }

  /** Index of the first element in the storage. */
  public int offset() {
    return offset;
  }

  /**
   * The host array this tensor lies in, from {@link #offset()} on; not a copy.
   *
   * @throws IllegalStateException if the tensor lies on a device
   */
  public float[] array() {
    if (storage instanceof Storage.Host h) {
      return h.array();
    }
    throw new IllegalStateException(
        "tensor " + shape + " lies in " + storage.getClass().getSimpleName() + ", not on the host");
  }

  /**
   * The same elements under another shape; a view.
   *
   * @throws IllegalArgumentException if the number of elements differs
   */
  public Tensor reshape(Shape to) {
    if (to.size() != shape.size()) {
      throw new IllegalArgumentException("cannot view " + shape + " as " + to);
    }
    return new Tensor(to, storage, offset);
  }

  /** The same elements under another shape; a view. */
  public Tensor reshape(int... dims) {
    return reshape(Shape.of(dims));
  }

  /**
   * Rows {@code from} (inclusive) to {@code to} (exclusive) of the outermost dimension; a view.
   *
   * @throws IllegalArgumentException if the range does not lie in the dimension
   */
  public Tensor slice(int from, int to) {
    if (shape.rank() == 0 || from < 0 || to < from || to > shape.dim(0)) {
      throw new IllegalArgumentException("slice " + from + ".." + to + " of " + shape);
    }
    int row = shape.size(1, shape.rank());
    return new Tensor(shape.with(0, to - from), storage, offset + from * row);
  }

  /** Element {@code i} in row-major order; for tests and small work. */
  public float get(int i) {
    return array()[offset + Objects.checkIndex(i, size())];
  }

  /** A new array with the elements in row-major order. */
  public float[] toArray() {
    return Arrays.copyOfRange(array(), offset, offset + size());
  }

  /** A new host tensor with the same elements. */
  public Tensor copy() {
    return of(shape, toArray());
  }

  /** Overwrites this tensor with the elements of another of the same size, in row-major order. */
  public Tensor copyFrom(Tensor source) {
    if (source.size() != size()) {
      throw new IllegalArgumentException("cannot copy " + source.shape + " into " + shape);
    }
    System.arraycopy(source.array(), source.offset, array(), offset, size());
    return this;
  }

  /** Sets every element. */
  public Tensor fill(float value) {
    Arrays.fill(array(), offset, offset + size(), value);
    return this;
  }

  @Override
  public String toString() {
    return "Tensor" + shape;
  }
}
