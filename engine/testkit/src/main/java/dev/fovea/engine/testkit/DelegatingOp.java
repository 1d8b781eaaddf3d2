package dev.fovea.engine.testkit;

import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Set;

/** An operator as another one; subclasses override what is to be different. */
abstract class DelegatingOp implements Op {

  private final Op op;

  DelegatingOp(Op op) {
    this.op = op;
  }

  @Override
  public OpSpec<?> spec() {
    return op.spec();
  }

  @Override
  public List<Shape> inferShapes(List<Shape> inputs) {
    return op.inferShapes(inputs);
  }

  @Override
  public Set<ElementType> accepts(int input) {
    return op.accepts(input);
  }

  @Override
  public ElementType outputType(int output, List<ElementType> inputs) {
    return op.outputType(output, inputs);
  }

  @Override
  public boolean sizedByData(int output) {
    return op.sizedByData(output);
  }

  @Override
  public Tensor cut(int output, Tensor whole) {
    return op.cut(output, whole);
  }

  @Override
  public void forward(Forward run) {
    op.forward(run);
  }

  @Override
  public void backward(Backward run) {
    op.backward(run);
  }

  @Override
  public List<Shape> saved(List<Shape> inputs) {
    return op.saved(inputs);
  }

  @Override
  public List<Shape> scratch(List<Shape> inputs) {
    return op.scratch(inputs);
  }

  @Override
  public boolean isView(boolean training) {
    return op.isView(training);
  }

  @Override
  public boolean learns(int input) {
    return op.learns(input);
  }

  @Override
  public String toString() {
    return "as " + op;
  }
}
