package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Attributes;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.Ops;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Builds a graph from the nodes of a file, for given extents of the free dimensions. */
final class GraphAssembly {

  /**
   * What the names in a file stand for, inputs left out.
   *
   * @param tensors initializers and the values of Constant nodes
   * @param constants which of these are values of Constant nodes
   * @param computed outputs of all other nodes
   */
  record Names(Map<String, TensorProto> tensors, Set<String> constants, Set<String> computed) {}

  private final Place file;
  private final GraphProto proto;
  private final int opset;
  private final Limits limits;
  private final List<InputSpec> inputs;
  private final Names names;
  private final Aliases aliases;
  private final Set<String> read = new HashSet<>();
  private final Map<String, Tensor> decoded = new HashMap<>();

  GraphAssembly(
      Place file, GraphProto proto, int opset, Limits limits, List<InputSpec> inputs, Names names) {
    this.file = file;
    this.proto = proto;
    this.opset = opset;
    this.limits = limits;
    this.inputs = inputs;
    this.names = names;
    this.aliases = new Aliases(proto);
    proto.getNodeList().forEach(n -> read.addAll(n.getInputList()));
    proto.getOutputList().forEach(v -> read.add(v.getName()));
  }

  /**
   * The graph.
   *
   * @param free an extent for each free dimension
   * @throws ModelFormatException if the file is wrong in itself, or does not fit these extents
   */
  Graph assemble(Map<String, Long> free) throws ModelFormatException {
    return new Attempt(free).graph();
  }

  /** One try with its state; tensors that were read are kept for the next one. */
  private final class Attempt {
    private final Graph.Builder graph = new Graph.Builder(proto.getName());
    private final Map<String, Value> values = new HashMap<>();
    private final Map<Value, Optional<Shape>> probes = new HashMap<>();
    private final Set<String> nodeNames = new HashSet<>();

    /** Tensors computed while reading. */
    private final Map<String, TensorProto> folded = new HashMap<>();

    Attempt(Map<String, Long> free) throws ModelFormatException {
      Map<String, Long> doubled = new HashMap<>();
      free.forEach((name, extent) -> doubled.put(name, 2 * extent));
      for (InputSpec in : inputs) {
        Place at = file.in("input '" + in.name() + "'");
        Shape example = limits.shape(at, in.extents(free));
        Value v = graph.input(in.name(), in.type(), example, in.free().toArray(String[]::new));
        values.put(in.name(), v);
        probes.put(v, probe(at, in.extents(doubled)));
      }
    }

    private Optional<Shape> probe(Place at, List<Long> extents) {
      try {
        return Optional.of(limits.shape(at, extents));
      } catch (ModelFormatException e) {
        // Only the example extents must keep within the limits.
        return Optional.empty();
      }
    }

    Graph graph() throws ModelFormatException {
      for (NodeProto n : proto.getNodeList()) {
        if (Folding.OPERATORS.contains(n.getOpType())) {
          fold(n);
        } else if (!n.getOpType().equals("Constant") && !Aliases.isIdentity(n)) {
          add(n);
        }
      }
      List<Value> outputs = new ArrayList<>();
      for (ValueInfoProto v : proto.getOutputList()) {
        Place at = file.in("output '" + v.getName() + "'");
        outputs.add(value(at, aliases.source(v.getName()), false));
      }
      return graph.build(outputs.toArray(Value[]::new));
    }

    private void fold(NodeProto n) throws ModelFormatException {
      Place at =
          file.in(
              "node '" + GraphReader.label(n) + "' (" + n.getOpType() + ", opset " + opset + ")");
      if (n.getInputCount() != 1) {
        throw at.error(n.getInputCount() + " inputs", "one");
      }
      String source = aliases.source(n.getInput(0));
      folded.put(
          n.getOutput(0),
          n.getOpType().equals("Shape")
              ? Folding.shape(at, n, operands(at, n, List.of(source)))
              : Folding.filled(at, n, constant(at, 0, source), limits));
    }

    /** Computes a node of which all operands are known, one of them by computation. */
    private boolean folds(Place at, NodeProto n, Op op, List<String> operands)
        throws ModelFormatException {
      if (n.getOutputCount() != 1
          || operands.stream().noneMatch(folded::containsKey)
          || operands.stream().anyMatch(values::containsKey)) {
        return false;
      }
      List<Tensor> tensors = new ArrayList<>();
      List<ElementType> types = new ArrayList<>();
      for (String operand : operands) {
        if (!folded.containsKey(operand) && !names.tensors().containsKey(operand)) {
          return false;
        }
        tensors.add(tensor(at, operand));
        types.add(type(operand));
      }
      try {
        List<Shape> out = op.inferShapes(tensors.stream().map(Tensor::shape).toList());
        limits.shape(at, Arrays.stream(out.get(0).toArray()).asLongStream().boxed().toList());
        folded.put(n.getOutput(0), Folding.result(n.getOutput(0), op, tensors, types));
      } catch (RuntimeException e) {
        throw at.problem(e.getMessage(), e);
      }
      return true;
    }

    private TensorProto proto(String source) {
      TensorProto t = folded.get(source);
      return t == null ? names.tensors().get(source) : t;
    }

    private ElementType type(String source) throws ModelFormatException {
      return TensorReader.type(file, proto(source));
    }

    private void add(NodeProto n) throws ModelFormatException {
      OpSpec<?> spec = Ops.named(n.getOpType());
      Place at =
          file.in("node '" + GraphReader.label(n) + "' (" + spec.name() + ", opset " + opset + ")");
      Attributes attributes = AttributeReader.read(at, n);
      List<String> operands = new ArrayList<>();
      int count = n.getInputCount();
      while (count > 0 && n.getInput(count - 1).isEmpty()) {
        count--;
      }
      for (int i = 0; i < count; i++) {
        String source = aliases.source(n.getInput(i));
        if (!spec.constantInputs().contains(i)) {
          if (!source.isEmpty()) {
            operands.add(source);
            attributes = attributes.withInputs(i);
          }
        } else if (!source.isEmpty() && !OperatorForms.ignores(spec.name(), i, attributes)) {
          attributes = attributes.withConstant(i, constant(at, i, source));
        }
      }
      Op op = operator(at, n, attributes, operands);
      if (!folds(at, n, op, operands)) {
        addNode(at, n, op, operands);
      }
    }

    private Operands operands(Place at, NodeProto n, List<String> operands)
        throws ModelFormatException {
      List<Shape> shapes = new ArrayList<>();
      List<Optional<Shape>> probe = new ArrayList<>();
      List<ElementType> types = new ArrayList<>();
      for (String operand : operands) {
        Value v = values.get(operand);
        Shape s = v != null ? v.shape() : tensor(at, operand).shape();
        shapes.add(s);
        types.add(v != null ? v.type() : type(operand));
        probe.add(v != null ? probes.get(v) : Optional.of(s));
      }
      return new Operands(shapes, probe, types, n.getOutputCount());
    }

    private Op operator(Place at, NodeProto n, Attributes attributes, List<String> operands)
        throws ModelFormatException {
      Operands in = operands(at, n, operands);
      try {
        return OperatorForms.read(Ops.named(n.getOpType()), opset, attributes, in);
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw at.problem(e.getMessage(), e);
      }
    }

    private void addNode(Place at, NodeProto n, Op op, List<String> operands)
        throws ModelFormatException {
      List<Value> in = new ArrayList<>();
      for (String operand : operands) {
        in.add(value(at, operand, op.learns(in.size())));
      }
      List<Value> out;
      try {
        int count = op.inferShapes(in.stream().map(Value::shape).toList()).size();
        checkFurtherOutputs(at, n, count);
        out = graph.node(nodeName(n), op, in, outputNames(n, count));
      } catch (RuntimeException e) {
        // The shape rules are written for graphs that people build. Whatever stops them here, the
        // fault is the file's.
        throw at.problem(e.getMessage(), e);
      }
      List<Shape> probed = probe(op, in);
      for (int i = 0; i < out.size(); i++) {
        Value v = out.get(i);
        if (v.shape().size() > limits.maxElements()) {
          throw at.error("an output " + v.shape(), "at most " + limits.maxElements() + " elements");
        }
        if (i < n.getOutputCount() && !n.getOutput(i).isEmpty()) {
          values.put(n.getOutput(i), v);
        }
        probes.put(v, i < probed.size() ? Optional.of(probed.get(i)) : Optional.empty());
      }
    }

    /** Outputs that the file leaves out get names that nothing in it has. */
    private List<String> outputNames(NodeProto n, int count) {
      List<String> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        boolean named = i < n.getOutputCount() && !n.getOutput(i).isEmpty();
        String name =
            named ? aliases.nameOf(n.getOutput(i)) : GraphReader.firstOutput(n) + ".output" + i;
        while (!named && (names.tensors().containsKey(name) || names.computed().contains(name))) {
          name += "_";
        }
        all.add(name);
      }
      return all;
    }

    /** Shapes of the outputs for the second set of extents; none where it does not fit. */
    private List<Shape> probe(Op op, List<Value> in) {
      List<Shape> shapes = in.stream().flatMap(v -> probes.get(v).stream()).toList();
      if (shapes.size() < in.size()) {
        return List.of();
      }
      try {
        return op.inferShapes(shapes);
      } catch (IllegalArgumentException | ArithmeticException e) {
        // The second set of extents need not fit: then nothing counts as fixed from here on.
        return List.of();
      }
    }

    /** The value of a source name; model tensors enter the graph when they are first read. */
    private Value value(Place at, String source, boolean learnt) throws ModelFormatException {
      Value known = values.get(source);
      if (known != null) {
        return known;
      }
      Tensor t = tensor(at, source);
      ElementType type = type(source);
      boolean constant = names.constants().contains(source) || folded.containsKey(source);
      Value v =
          learnt && type == ElementType.FLOAT && !constant
              ? graph.parameter(source, t)
              : graph.buffer(source, type, t);
      values.put(source, v);
      probes.put(v, Optional.of(v.shape()));
      return v;
    }

    private Tensor tensor(Place at, String source) throws ModelFormatException {
      Tensor known = decoded.get(source);
      if (known != null) {
        return known;
      }
      TensorProto t = proto(source);
      if (t == null) {
        throw at.error(
            source.isEmpty()
                ? "an input left out"
                : names.computed().contains(source)
                    ? "a read of '" + source + "', which is computed from this or later"
                    : "a read of '" + source + "', which is nowhere in the file",
            "inputs, tensors of the file, or outputs of earlier nodes");
      }
      Tensor read = TensorReader.read(file, t, limits);
      if (read.size() == 0) {
        throw at.error("an empty tensor '" + source + "'", "at least one element");
      }
      if (!folded.containsKey(source)) {
        decoded.put(source, read);
      }
      return read;
    }

    private List<? extends Number> constant(Place at, int position, String source)
        throws ModelFormatException {
      TensorProto t = proto(source);
      if (t == null) {
        throw at.error(
            "'" + source + "' as input " + position, "a tensor of the file, known before a run");
      }
      return TensorReader.numbers(file, t, limits);
    }

    /** Node names need not be unique in a file, and are often missing. */
    private String nodeName(NodeProto n) {
      String wanted =
          n.getName().isEmpty() ? aliases.nameOf(GraphReader.firstOutput(n)) : n.getName();
      String name = wanted;
      for (int i = 2; !nodeNames.add(name); i++) {
        name = wanted + "_" + i;
      }
      return name;
    }
  }

  private void checkFurtherOutputs(Place at, NodeProto n, int known) throws ModelFormatException {
    for (int i = known; i < n.getOutputCount(); i++) {
      String further = n.getOutput(i);
      if (read.contains(further) && !further.isEmpty()) {
        throw at.error(
            "a use of its further output '" + further + "'", "use of the first " + known + " only");
      }
    }
  }
}
