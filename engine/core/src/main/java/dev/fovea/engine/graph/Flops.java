package dev.fovea.engine.graph;

import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.ConvTranspose;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.MatMul;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * Counts floating-point operations of convolutions and matrix products; a multiplication and an
 * addition count as two. All else is left out: it is small, and nobody counts it alike.
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

  private static long of(Node node, Map<Value, Shape> shapes) {
    Shape output = shapes.get(node.outputs().get(0));
    List<Shape> in = node.inputs().stream().map(shapes::get).toList();
    if (node.op() instanceof Conv) {
      // Weights [M, C / groups, kH, kW]: products for each output element.
      return 2L * output.size() * in.get(1).size(1, in.get(1).rank());
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
    return 0;
  }
}
