package dev.fovea.engine.kernel;

import java.util.List;

/**
 * How a tensor of indices picks elements of another one in {@link Kernels#gather} and {@link
 * Kernels#scatter}. The tensor picked from is seen as {@code [outer, extents..., inner]}, what is
 * picked as {@code [outer, count, inner]}, the indices as {@code [outer or 1, count, inner or 1,
 * number of extents]}: element {@code (o, i, j)} of the latter is {@code (o, index..., j)} of the
 * former. Negative indices count from the end.
 *
 * @param outer what lies outside of the indexed dimensions
 * @param extents the indexed dimensions
 * @param inner what lies inside of them
 * @param count number of picks
 * @param perOuter whether each outer index has indices of its own
 * @param perInner whether each inner index has indices of its own
 */
public record Indexing(
    int outer, List<Integer> extents, int inner, int count, boolean perOuter, boolean perInner) {

  /** Copies the list. */
  public Indexing {
    extents = List.copyOf(extents);
  }

  /** Product of the indexed extents. */
  public int extent() {
    return extents.stream().reduce(1, Math::multiplyExact);
  }

  /** Position of the first component of the index of element {@code (o, i, j)}. */
  public int position(int o, int i, int j) {
    int pick = (perOuter ? o * count : 0) + i;
    return (perInner ? pick * inner + j : pick) * extents.size();
  }

  /**
   * An index counted from the beginning.
   *
   * @param dim which of the indexed dimensions
   * @param position where the index stands, for the message
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public int checked(int dim, float index, int position) {
    int n = extents.get(dim);
    int i = (int) index;
    if (i != index || i < -n || i >= n) {
      throw new IndexOutOfBoundsException(
          "index at position "
              + position
              + ": expected an integer from "
              + -n
              + " to "
              + (n - 1)
              + ", found "
              + index);
    }
    return i < 0 ? i + n : i;
  }
}
