package dev.fovea.engine.onnx;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.onnx.OnnxTensor.Type;
import dev.fovea.engine.op.Attributes;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.Ops;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs a node on known tensors as a graph of a single operator of the engine, in float32. */
final class EngineCall {

  private EngineCall() {}

  static List<OnnxTensor> run(NodeCall call) throws ModelFormatException {
    String name = call.node().getOpType();
    OpSpec<?> spec = Ops.named(name);
    if (spec == null) {
      throw Unsupported.operator(call.at(), name, call.opset(), "");
    }
    List<OnnxTensor> operands = new ArrayList<>();
    Attributes attributes = AttributeReader.read(call.at(), call.node());
    for (int i = 0; i < call.inputs().size(); i++) {
      OnnxTensor t = call.inputs().get(i);
      if (t == null) {
        continue;
      }
      if (!spec.constantInputs().contains(i)) {
        operands.add(t);
        attributes = attributes.withInputs(i);
      } else if (!OperatorForms.ignores(name, i, attributes)) {
        attributes = attributes.withConstant(i, t.numbers());
      }
    }
    Op op = operator(call, spec, attributes, operands);
    List<Shape> shapes = op.inferShapes(operands.stream().map(OnnxTensor::shape).toList());
    checkOutputs(call, shapes);
    return run(call, op, operands, shapes);
  }

  private static Op operator(
      NodeCall call, OpSpec<?> spec, Attributes attributes, List<OnnxTensor> operands)
      throws ModelFormatException {
    List<Shape> shapes = operands.stream().map(OnnxTensor::shape).toList();
    Operands in =
        new Operands(
            shapes,
            shapes.stream().map(Optional::of).toList(),
            operands.stream().map(EngineCall::held).toList(),
            call.node().getOutputCount());
    try {
      return OperatorForms.read(spec, call.opset(), attributes, in);
    } catch (IllegalArgumentException e) {
      throw Unsupported.form(call.at(), spec.name(), e);
    }
  }

  private static void checkOutputs(NodeCall call, List<Shape> shapes) throws ModelFormatException {
    for (Shape s : shapes) {
      call.bounded(s.toArray());
    }
    for (int i = shapes.size(); i < call.node().getOutputCount(); i++) {
      if (!call.node().getOutput(i).isEmpty()) {
        throw Unsupported.form(
            call.at(),
            call.node().getOpType(),
            new IllegalArgumentException(
                "found a further output '"
                    + call.node().getOutput(i)
                    + "', expected "
                    + shapes.size()));
      }
    }
  }

  private static List<OnnxTensor> run(
      NodeCall call, Op op, List<OnnxTensor> operands, List<Shape> shapes) {
    Graph.Builder b = new Graph.Builder(call.node().getOpType());
    List<Value> in = new ArrayList<>();
    for (OnnxTensor t : operands) {
      in.add(b.input("in" + in.size(), type(op, in.size(), t), t.shape()));
    }
    List<String> names = new ArrayList<>();
    shapes.forEach(s -> names.add("out" + names.size()));
    List<Value> out = b.node("node", op, in, names);
    if (shapes.stream().allMatch(s -> s.size() == 0)) {
      // Nothing to compute, for which kernels need not be made.
      List<OnnxTensor> empty = new ArrayList<>();
      for (Value v : out) {
        empty.add(typed(type(op, empty.size(), operands), Tensor.zeros(v.shape())));
      }
      return empty;
    }
    Session session =
        new Session(
            b.build(out.toArray(Value[]::new)),
            call.options().withOutputs(),
            operands.stream().map(OnnxTensor::shape).toArray(Shape[]::new));
    session.forward(operands.stream().map(OnnxTensor::tensor).toArray(Tensor[]::new));
    List<OnnxTensor> results = new ArrayList<>();
    for (Value v : out) {
      Tensor found = session.value(v.name());
      Tensor host = Tensor.zeros(found.shape());
      call.options().backend().download(found, host);
      results.add(typed(type(op, results.size(), operands), host));
    }
    return results;
  }

  /**
   * Indices are of one type here, whatever their width was. Integers among which an operator finds
   * the largest, or which it adds up, are real numbers for it: up to 2^24 that is exact.
   */
  private static ElementType type(Op op, int input, OnnxTensor t) {
    ElementType type = held(t);
    return op.accepts(input).contains(type) ? type : ElementType.FLOAT;
  }

  private static ElementType held(OnnxTensor t) {
    return t.type().isInteger() ? ElementType.INT64 : t.graphType();
  }

  /**
   * The type of an output: that of what is worked on where the operator follows it. One that knows
   * real numbers alone follows integers, too.
   */
  private static Type type(Op op, int output, List<OnnxTensor> operands) {
    Type first = operands.isEmpty() ? Type.FLOAT : operands.get(0).type();
    List<ElementType> held = new ArrayList<>();
    for (OnnxTensor t : operands) {
      boolean same = first.isInteger() && t.type() == first;
      ElementType type = same ? ElementType.INT32 : held(t);
      held.add(op.accepts(held.size()).contains(type) ? type : ElementType.FLOAT);
    }
    return switch (op.outputType(output, held)) {
      case BOOL -> Type.BOOL;
      case INT64 -> Type.INT64;
      case INT32 -> first;
      case FLOAT ->
          first.isInteger() && held.get(0) == ElementType.FLOAT ? first : real(operands, first);
    };
  }

  private static Type real(List<OnnxTensor> operands, Type otherwise) {
    return operands.stream()
        .map(OnnxTensor::type)
        .filter(Type::isReal)
        .findFirst()
        .orElse(otherwise);
  }

  private static OnnxTensor typed(Type type, Tensor t) {
    float[] values = t.toArray();
    return type == Type.FLOAT
        ? OnnxTensor.singles(type, t.shape(), values)
        : OnnxTensor.compute(
            type,
            t.shape(),
            i -> type.isInteger() ? exact(values[i]) : (long) values[i],
            i -> values[i]);
  }

  private static long exact(float v) {
    if (!ElementType.INT64.holds(v)) {
      throw new IllegalArgumentException("expected integers of at most 2^24, found " + v);
    }
    return (long) v;
  }
}
