package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/** Elementwise functions, cut into chunks. Thread-safe. */
final class Elementwise {

  private static final int CHUNK = 1 << 15;

  private final Functions functions;
  private final Parallel parallel;

  Elementwise(Functions functions, Parallel parallel) {
    this.functions = functions;
    this.parallel = parallel;
  }

  /** Work on elements {@code from} (inclusive) to {@code to} (exclusive). */
  interface Range {
    void run(int from, int to);
  }

  /** Runs chunks of a size that does not depend on the number of threads. */
  void chunks(int n, Range body) {
    parallel.run((n + CHUNK - 1) / CHUNK, c -> body.run(c * CHUNK, Math.min(n, (c + 1) * CHUNK)));
  }

  void unary(Unary f, float alpha, float beta, Tensor x, Tensor y) {
    float[] in = x.array();
    float[] out = y.array();
    chunks(
        y.size(),
        (from, to) ->
            functions.unary(
                f, alpha, beta, in, x.offset() + from, out, y.offset() + from, to - from));
  }

  void unaryBackward(Unary f, float alpha, float beta, Tensor x, Tensor y, Tensor dy, Tensor dx) {
    float[] out = dx.array();
    float[] gradient = dy.array();
    Tensor source = f.derivativeFromValue() ? y : x;
    float[] value = source.array();
    chunks(
        dx.size(),
        (from, to) ->
            functions.unaryBackward(
                f,
                alpha,
                beta,
                value,
                source.offset() + from,
                gradient,
                dy.offset() + from,
                out,
                dx.offset() + from,
                to - from));
  }

  void axpby(float alpha, Tensor x, float beta, Tensor y) {
    float[] in = x.array();
    float[] out = y.array();
    int xo = x.offset();
    int yo = y.offset();
    chunks(
        y.size(),
        (from, to) -> {
          if (beta == 0) {
            for (int i = from; i < to; i++) {
              out[yo + i] = alpha * in[xo + i];
            }
          } else {
            for (int i = from; i < to; i++) {
              out[yo + i] = alpha * in[xo + i] + beta * out[yo + i];
            }
          }
        });
  }

  void fill(float value, Tensor y) {
    chunks(
        y.size(), (from, to) -> Arrays.fill(y.array(), y.offset() + from, y.offset() + to, value));
  }

  void dropoutMask(long seed, float ratio, Tensor mask) {
    float[] out = mask.array();
    float keep = 1 / (1 - ratio);
    chunks(
        mask.size(),
        (from, to) -> {
          for (int i = from; i < to; i++) {
            out[mask.offset() + i] = Functions.choose(uniform(seed, i) < ratio, 0, keep);
          }
        });
  }

  // The SplitMix64 generator (Steele, Lea, Flood 2014) is a hash of its counter: element i needs no
  // other element. The upper 24 bits fill a float's mantissa.
  private static float uniform(long seed, int i) {
    long z = seed + (i + 1L) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return ((z ^ (z >>> 31)) >>> 40) * 0x1p-24f;
  }

  void copyBlocks(
      int count,
      int length,
      Tensor src,
      int srcStart,
      int srcStride,
      Tensor dst,
      int dstStart,
      int dstStride,
      boolean accumulate) {
    float[] in = src.array();
    float[] out = dst.array();
    // Blocks that overlap in the target must be added one after the other.
    int group = Math.abs(dstStride) < length ? count : Math.max(1, CHUNK / Math.max(1, length));
    if (count == 0) {
      return;
    }
    parallel.run(
        (count + group - 1) / group,
        task -> {
          int end = Math.min(count, (task + 1) * group);
          for (int b = task * group; b < end; b++) {
            int from = src.offset() + srcStart + b * srcStride;
            int to = dst.offset() + dstStart + b * dstStride;
            if (accumulate) {
              for (int i = 0; i < length; i++) {
                out[to + i] += in[from + i];
              }
            } else {
              System.arraycopy(in, from, out, to, length);
            }
          }
        });
  }
}
