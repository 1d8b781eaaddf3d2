package dev.fovea.engine.monitor;

import dev.fovea.engine.graph.Node;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** One node of a graph run alone, on copies of its inputs; always with the same random mask. */
final class NodeRun implements Op.Forward, Op.Backward {
  private final Op op;
  private final GradientCheck.Options options;
  private final Kernels kernels;
  private final List<Tensor> inputs;
  private final List<Tensor> outputs;
  private final List<Tensor> saved;
  private final List<Tensor> scratch;
  private final List<Tensor> gradients;
  private final List<Boolean> wanted;
  private List<Tensor> cotangents = List.of();

  /**
   * Copies what the node reads.
   *
   * @param inputs a tensor for each input
   */
  NodeRun(Node node, List<Tensor> inputs, GradientCheck.Options options) {
    this.op = node.op();
    this.options = options;
    this.kernels = options.backend().kernels(options.threads());
    this.inputs = inputs.stream().map(Tensor::copy).toList();
    List<Shape> shapes = inputs.stream().map(Tensor::shape).toList();
    this.outputs = room(op.inferShapes(shapes));
    this.saved = room(view() ? List.of() : op.saved(shapes));
    this.scratch = room(view() ? List.of() : op.scratch(shapes));
    this.gradients = room(shapes);
    this.wanted = node.inputs().stream().map(v -> v.type() == ElementType.FLOAT).toList();
  }

  private static List<Tensor> room(List<Shape> shapes) {
    return shapes.stream().map(Tensor::zeros).toList();
  }

  private boolean view() {
    return op.isView(options.training());
  }

  /** Computes the outputs from what the inputs hold. */
  List<Tensor> forward() {
    if (view()) {
      kernels.axpby(1, inputs.get(0), 0, outputs.get(0));
    } else {
      op.forward(this);
    }
    return outputs;
  }

  /** The gradients of all inputs for cotangents of the outputs, which are not changed. */
  List<Tensor> backward(List<Tensor> flowing) {
    // Forward first: a backward run may use up what the forward run kept.
    forward();
    cotangents = new ArrayList<>(flowing.stream().map(Tensor::copy).toList());
    gradients.forEach(g -> g.fill(0));
    if (view()) {
      kernels.axpby(1, cotangents.get(0), 0, gradients.get(0));
    } else {
      op.backward(this);
    }
    return gradients;
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public int inputs() {
    return inputs.size();
  }

  @Override
  public Tensor input(int i) {
    return inputs.get(i);
  }

  @Override
  public Tensor output(int i) {
    return outputs.get(i);
  }

  @Override
  public Tensor saved(int i) {
    return i < saved.size() ? saved.get(i) : null;
  }

  @Override
  public Tensor scratch(int i) {
    return scratch.get(i);
  }

  @Override
  public Tensor cotangent(int i) {
    return cotangents.get(i);
  }

  @Override
  public Tensor gradient(int i) {
    return wanted.get(i) ? gradients.get(i) : null;
  }

  @Override
  public boolean training() {
    return options.training();
  }

  @Override
  public long seed() {
    return options.seed();
  }
}
