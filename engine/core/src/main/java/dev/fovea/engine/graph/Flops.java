package dev.fovea.engine.graph;

import dev.fovea.engine.op.Attention;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.ConvTranspose;
import dev.fovea.engine.op.DeformConv;
import dev.fovea.engine.op.FusedConv;
import dev.fovea.engine.op.GRU;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.LSTM;
import dev.fovea.engine.op.MatMul;
import dev.fovea.engine.op.RNN;
import dev.fovea.engine.op.blocked.BlockedConv;
import dev.fovea.engine.op.blocked.BlockedConvTranspose;
import dev.fovea.engine.op.blocked.BlockedLearntConv;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * Counts floating-point operations of convolutions, matrix products, recurrent layers and
 * attention; a multiplication and an addition count as two. All else is left out: it is small, and
 * nobody counts it alike.
 */
public final class Flops {

  private Flops() {}

  /**
   * Operations of one forward run.
   *
   * @param shapes of all values, from {@link Graph#inferShapes}
   */
  public static long of(Graph graph, Map<Value, Shape> shapes) {
    return graph.nodes().stream().mapToLong(n -> of(n, shapes)).sum();
  }

  /**
   * Operations of one node.
   *
   * @param shapes of its inputs and outputs at least
   */
  public static long of(Node node, Map<Value, Shape> shapes) {
    Shape output = shapes.get(node.outputs().get(0));
    List<Shape> in = node.inputs().stream().map(shapes::get).toList();
    if (node.op() instanceof Conv
        || node.op() instanceof FusedConv
        || node.op() instanceof DeformConv) {
      // Weights [M, C / groups, kH, kW]: products for each output element.
      return 2L * output.size() * in.get(1).size(1, in.get(1).rank());
    }
    if (node.op() instanceof BlockedConv conv) {
      return conv.flops(in.get(0), output);
    }
    if (node.op() instanceof BlockedLearntConv conv) {
      return conv.flops(in.get(0), output);
    }
    if (node.op() instanceof BlockedConvTranspose conv) {
      return conv.flops(in.get(0), in.get(1));
    }
    if (node.op() instanceof ConvTranspose) {
      // Weights [C, M / groups, kH, kW]: products for each input element.
      return 2L * in.get(0).size() * in.get(1).size(1, in.get(1).rank());
    }
    if (node.op() instanceof Gemm gemm) {
      return 2L * output.size() * in.get(0).dim(gemm.transA() ? 0 : 1);
    }
    if (node.op() instanceof MatMul) {
      return 2L * output.size() * in.get(0).dim(-1);
    }
    if (node.op() instanceof RNN || node.op() instanceof GRU || node.op() instanceof LSTM) {
      // Input [T, N, I]; both weights of all gates, once for each step and sequence.
      long steps = (long) in.get(0).dim(0) * in.get(0).dim(1);
      return 2 * steps * (in.get(1).size() + in.get(2).size());
    }
    if (node.op() instanceof Attention attention) {
      // Keys from before are counted by the output that hands them on.
      boolean present = attention.outputs().contains(Attention.Output.PRESENT);
      Shape keys = present ? shapes.get(node.outputs().get(1)) : in.get(1);
      return attention(in.get(0), keys, output);
    }
    return 0;
  }

  /** Each query with each key, and each weight with each value; heads joined or apart. */
  private static long attention(Shape q, Shape keys, Shape output) {
    return 2L * keys.dim(keys.rank() - 2) * (q.size() + (long) output.size());
  }
}
