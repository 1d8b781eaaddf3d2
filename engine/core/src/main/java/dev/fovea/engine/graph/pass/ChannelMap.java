package dev.fovea.engine.graph.pass;

import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Div;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.Sub;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * {@code scale x + shift} for each channel of {@code [N, C, ...]}.
 *
 * @param scale for each channel
 * @param shift for each channel
 */
record ChannelMap(double[] scale, double[] shift) {

  /**
   * What an operator does to one of its inputs, the others being constants.
   *
   * @return null if it does something else
   */
  static ChannelMap of(Op op, List<Value> in, int position) {
    Shape x = in.get(position).shape();
    if (x.rank() < 2) {
      return null;
    }
    if (op instanceof BatchNormalization norm) {
      boolean fixed = in.subList(1, in.size()).stream().allMatch(v -> v.tensor() != null);
      return position == 0 && fixed ? normalisation(norm, in) : null;
    }
    boolean arithmetic =
        op instanceof Add || op instanceof Sub || op instanceof Mul || op instanceof Div;
    double[] c = arithmetic ? perChannel(in.get(1 - position), x) : null;
    return c == null ? null : arithmetic(op, c, position);
  }

  private static ChannelMap normalisation(BatchNormalization op, List<Value> in) {
    Tensor mean = in.get(3).tensor();
    double[] scale = new double[mean.size()];
    double[] shift = new double[mean.size()];
    for (int c = 0; c < scale.length; c++) {
      double variance = in.get(4).tensor().get(c) + (double) op.epsilon();
      scale[c] = in.get(1).tensor().get(c) / Math.sqrt(variance);
      shift[c] = in.get(2).tensor().get(c) - mean.get(c) * scale[c];
    }
    return new ChannelMap(scale, shift);
  }

  private static ChannelMap arithmetic(Op op, double[] c, int position) {
    double[] ones = filled(c.length, 1);
    double[] zeros = filled(c.length, 0);
    double[] negative = Arrays.stream(c).map(v -> -v).toArray();
    if (op instanceof Add) {
      return new ChannelMap(ones, c);
    }
    if (op instanceof Mul) {
      return new ChannelMap(c, zeros);
    }
    if (op instanceof Sub) {
      return position == 0
          ? new ChannelMap(ones, negative)
          : new ChannelMap(filled(c.length, -1), c);
    }
    // A constant by x is not linear in x.
    double[] inverse = Arrays.stream(c).map(v -> 1 / v).toArray();
    return position == 0 ? new ChannelMap(inverse, zeros) : null;
  }

  private static double[] filled(int n, double value) {
    double[] all = new double[n];
    Arrays.fill(all, value);
    return all;
  }

  /** The elements of a constant, one for each channel of x; null if it differs within channels. */
  private static double[] perChannel(Value constant, Shape x) {
    Shape s = constant.shape();
    if (constant.tensor() == null || s.rank() > x.rank()) {
      return null;
    }
    int channels = x.dim(1);
    for (int d = 1; d <= s.rank(); d++) {
      boolean channel = x.rank() - d == 1;
      if (s.dim(-d) != 1 && !(channel && s.dim(-d) == channels)) {
        return null;
      }
    }
    double[] all = new double[channels];
    Arrays.setAll(all, c -> constant.tensor().get(s.size() == 1 ? 0 : c));
    return all;
  }
}
