package dev.fovea.engine.kernel;

import java.util.Arrays;

/**
 * Which element goes where in {@link Kernels#copyStrided}: nested loops over {@code extents}; at
 * indices {@code i} the element {@code sourceStart + sum i[d] sourceStride[d]} goes to {@code
 * targetStart + sum i[d] targetStride[d]}. Strides may be negative or 0. Immutable.
 */
public final class StridedCopy {

  private final int[] extents;
  private final int sourceStart;
  private final int[] sourceStrides;
  private final int targetStart;
  private final int[] targetStrides;

  private StridedCopy(
      int[] extents, int sourceStart, int[] sourceStrides, int targetStart, int[] targetStrides) {
    this.extents = extents;
    this.sourceStart = sourceStart;
    this.sourceStrides = sourceStrides;
    this.targetStart = targetStart;
    this.targetStrides = targetStrides;
  }

  /**
   * Loops.
   *
   * @param extents numbers of iterations, outermost first
   * @param sourceStart element of the source where all indices are 0
   * @param sourceStrides one for each loop
   * @param targetStart element of the target where all indices are 0
   * @param targetStrides one for each loop
   */
  public static StridedCopy of(
      int[] extents, int sourceStart, int[] sourceStrides, int targetStart, int[] targetStrides) {
    if (sourceStrides.length != extents.length || targetStrides.length != extents.length) {
      throw new IllegalArgumentException(
          "expected a stride for each of "
              + Arrays.toString(extents)
              + ", found "
              + Arrays.toString(sourceStrides)
              + " and "
              + Arrays.toString(targetStrides));
    }
    return new StridedCopy(
        extents.clone(), sourceStart, sourceStrides.clone(), targetStart, targetStrides.clone());
  }

  /** The same pairs of elements with source and target exchanged: the way gradients take. */
  public StridedCopy reversed() {
    return new StridedCopy(extents, targetStart, targetStrides, sourceStart, sourceStrides);
  }

  /** Number of loops. */
  public int rank() {
    return extents.length;
  }

  /** Iterations of a loop. */
  public int extent(int d) {
    return extents[d];
  }

  /** First element of the source. */
  public int sourceStart() {
    return sourceStart;
  }

  /** Distance of neighbouring elements of a loop in the source. */
  public int sourceStride(int d) {
    return sourceStrides[d];
  }

  /** First element of the target. */
  public int targetStart() {
    return targetStart;
  }

  /** Distance of neighbouring elements of a loop in the target. */
  public int targetStride(int d) {
    return targetStrides[d];
  }

  /** Number of pairs. */
  public int size() {
    int n = 1;
    for (int e : extents) {
      n = Math.multiplyExact(n, e);
    }
    return n;
  }
}
