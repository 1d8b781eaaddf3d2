package dev.fovea.engine.graph.pass;

import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.ConvTranspose;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.MatMul;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * A layer {@code W x + b} with output channels in dimension 1.
 *
 * @param op reads x, weights and bias, in this order
 * @param weights as the operator wants them
 * @param bias {@code [C]}, one for each output channel
 */
record LinearLayer(Op op, Tensor weights, Tensor bias) {

  /** What a node is; null if it is no such layer, or its weights are no constants. */
  static LinearLayer of(Node n) {
    List<Value> in = n.inputs();
    boolean fixed =
        in.size() > 1 && in.subList(1, in.size()).stream().allMatch(v -> v.tensor() != null);
    if (!fixed) {
      return null;
    }
    Tensor w = in.get(1).tensor();
    int channels = n.outputs().get(0).shape().rank() < 2 ? 0 : n.outputs().get(0).shape().dim(1);
    if (n.op() instanceof Conv || n.op() instanceof ConvTranspose) {
      return new LinearLayer(
          n.op(), w, in.size() == 3 ? in.get(2).tensor() : Tensor.zeros(channels));
    }
    if (n.op() instanceof Gemm gemm) {
      Tensor bias =
          in.size() == 3 ? row(in.get(2).tensor(), channels, gemm.beta()) : Tensor.zeros(channels);
      Op plain = new Gemm(gemm.alpha(), 1, gemm.transA(), gemm.transB());
      return bias == null ? null : new LinearLayer(plain, w, bias);
    }
    boolean matrices = in.get(0).shape().rank() == 2 && in.get(1).shape().rank() == 2;
    return n.op() instanceof MatMul && matrices
        ? new LinearLayer(new Gemm(1, 1, false, false), w, Tensor.zeros(channels))
        : null;
  }

  /** A constant that is added to each row, times beta; null if it differs from row to row. */
  private static Tensor row(Tensor c, int channels, float beta) {
    Shape s = c.shape();
    boolean oneRow = s.rank() < 2 || s.dim(0) == 1;
    if (!oneRow) {
      return null;
    }
    Tensor t = Tensor.zeros(channels);
    for (int i = 0; i < channels; i++) {
      t.array()[i] = beta * c.get(c.size() == 1 ? 0 : i);
    }
    return t;
  }

  /** The layer that gives what a map makes of this one's output. */
  LinearLayer then(ChannelMap map) {
    IntUnaryOperator channel = channelOf();
    Tensor w = Tensor.zeros(weights.shape());
    for (int i = 0; i < w.size(); i++) {
      w.array()[i] = (float) (weights.get(i) * map.scale()[channel.applyAsInt(i)]);
    }
    Tensor b = Tensor.zeros(bias.shape());
    for (int c = 0; c < b.size(); c++) {
      b.array()[c] = (float) (bias.get(c) * map.scale()[c] + map.shift()[c]);
    }
    return new LinearLayer(op, w, b);
  }

  /** The output channel that a weight belongs to, by its index. */
  private IntUnaryOperator channelOf() {
    Shape s = weights.shape();
    if (op instanceof ConvTranspose transposed) {
      // [C, O / groups, ...]: the input channels of a group are for the outputs of that group.
      int inputs = s.dim(0) / transposed.groups();
      int taps = s.size(2, s.rank());
      return i -> i / taps / s.dim(1) / inputs * s.dim(1) + i / taps % s.dim(1);
    }
    if (op instanceof Gemm gemm && !gemm.transB()) {
      return i -> i % s.dim(1);
    }
    int each = s.size(1, s.rank());
    return i -> i / each;
  }

  boolean isFinite() {
    return Constants.finite(weights) && Constants.finite(bias);
  }
}
