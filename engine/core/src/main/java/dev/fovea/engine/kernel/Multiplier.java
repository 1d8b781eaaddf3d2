package dev.fovea.engine.kernel;

/**
 * The innermost loops of matrix products and convolutions, on one thread: the part that depends on
 * the machine. The drivers ({@link MatrixProducts}, {@link Convolutions}) cut the work into blocks
 * that suit the caches, and are the same for every implementation.
 *
 * <p>The right operand is never a plain matrix: its row {@code k} starts at {@code offsets[k]} of
 * an array. A packed panel has {@code offsets[k] = k * panelColumns()}; a convolution's rows are
 * the same few image rows, shifted, so that nothing has to be unfolded.
 *
 * <p>Stateless and thread-safe; working memory comes from {@link Scratch}.
 */
public interface Multiplier {

  /** Columns of a packed panel of the right operand. */
  int panelColumns();

  /** Rows {@link #multiply} likes to get: blocks of a multiple of this waste nothing. */
  int rowQuantum();

  /**
   * Columns are processed in multiples of this (a power of two): right operands must be readable up
   * to the next multiple.
   */
  int columnQuantum();

  /**
   * {@code target[targetStart + i * pitch + j] = sum_k left[leftStart + i * leftPitch + k] *
   * right[start + offsets[k] + j]} for {@code i < rows}, {@code k < depth} and {@code j < columns},
   * exactly, added to what is there if {@code add}.
   *
   * @param depth at least 1
   * @param add whether the target's content counts; else it may be anything
   */
  void multiply(
      float[] left,
      int leftStart,
      int leftPitch,
      int rows,
      int depth,
      float[] right,
      int start,
      int[] offsets,
      int columns,
      float[] target,
      int targetStart,
      int pitch,
      boolean add);

  /** Elements of {@code sums} that {@link #correlate} needs. */
  int sumsSize(int rows, int count);

  /**
   * Adds {@code sum_j left[leftStart + i * leftPitch + j] * right[offsets[k] + j]} to element
   * {@code (i, k)} of {@code sums}, a layout of this implementation's own; {@code j < columns},
   * exactly.
   *
   * @param offsets of which {@code offsetStart .. offsetStart + count} are used
   */
  void correlate(
      float[] left,
      int leftStart,
      int leftPitch,
      int rows,
      float[] right,
      int[] offsets,
      int offsetStart,
      int count,
      int columns,
      float[] sums);

  /**
   * Writes the sums that {@link #correlate} has gathered, row {@code i} from {@code i * pitch} on.
   */
  void collect(float[] sums, int rows, int count, float[] target, int targetStart, int pitch);
}
