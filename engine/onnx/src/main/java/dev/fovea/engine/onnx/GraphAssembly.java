package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.onnx.Folding.Known;
import dev.fovea.engine.op.Attributes;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.Ops;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
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
    private final Map<String, Known> folded = new HashMap<>();

    /** Which of them are constants of nodes that stand for others. */
    private final Set<String> written = new HashSet<>();

    /** How many elements these have, all together. */
    private long foldedElements;

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
        if (!n.getOpType().equals("Constant") && !Aliases.isIdentity(n)) {
          take(GraphReader.place(file, n, opset), n);
        }
      }
      List<Value> outputs = new ArrayList<>();
      for (ValueInfoProto v : proto.getOutputList()) {
        Place at = file.in("output '" + v.getName() + "'");
        outputs.add(value(at, aliases.source(v.getName()), false));
      }
      return graph.build(outputs.toArray(Value[]::new));
    }

    /** A node of the file, or one of those that it stands for. */
    private void take(Place at, NodeProto n) throws ModelFormatException {
      if (folds(at, n)) {
        return;
      }
      List<NodeProto> parts = parts(at, n);
      if (parts.isEmpty()) {
        add(at, n);
      }
      for (NodeProto part : parts) {
        if (part.getOpType().equals("Constant")) {
          TensorProto t = AttributeReader.constant(at, part);
          keep(at, t.getName(), Known.always(TypedTensorReader.read(at, t, limits)));
          written.add(t.getName());
        } else {
          take(at, part);
        }
      }
    }

    /** The nodes that one stands for; none if that is itself. */
    private List<NodeProto> parts(Place at, NodeProto n) throws ModelFormatException {
      if (!Expansions.concerns(n.getOpType())) {
        return List.of();
      }
      List<OnnxTensor> in = new ArrayList<>();
      for (String name : n.getInputList()) {
        in.add(name.isEmpty() ? null : operand(at, aliases.source(name)));
      }
      NodeCall call = new NodeCall(at, n, opset, in, limits, Folding.options());
      try {
        return Expansions.of(call, this::isTaken);
      } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
        throw at.problem(String.valueOf(e.getMessage()), e);
      }
    }

    private boolean isTaken(String name) {
      return values.containsKey(name) || isKnown(name) || names.computed().contains(name);
    }

    /** What is known of a value; nothing but its shape if it depends on the run. */
    private OnnxTensor operand(Place at, String source) throws ModelFormatException {
      Value v = values.get(source);
      if (v == null && isKnown(source) && !isLarge(at, source)) {
        Known k = known(at, source);
        return k.isFixed()
            ? k.example()
            : OnnxTensor.shell(k.example().graphType(), k.example().shape());
      }
      return v == null ? shell(source, tensor(at, source)) : OnnxTensor.shell(v.type(), v.shape());
    }

    private OnnxTensor shell(String source, Tensor t) throws ModelFormatException {
      return OnnxTensor.shell(type(source), t.shape());
    }

    /** Whether a tensor of the file has more elements than would tell how to write a node. */
    private boolean isLarge(Place at, String source) throws ModelFormatException {
      TensorProto t = folded.containsKey(source) ? null : names.tensors().get(source);
      return t != null && limits.shape(at, t.getDimsList()).size() > TensorReader.MAX_CONSTANT;
    }

    /**
     * Computes a node at once if all that it reads is known: shapes, integers, or what was computed
     * in this way before. Real numbers of the file stay in the graph, where they may be learnt.
     */
    private boolean folds(Place at, NodeProto n) throws ModelFormatException {
      List<String> sources = new ArrayList<>();
      n.getInputList().forEach(name -> sources.add(aliases.source(name)));
      List<Known> in = new ArrayList<>();
      if (Folding.isOfShapes(n.getOpType()) && sources.size() == 1 && !isKnown(sources.get(0))) {
        in.add(shell(at, sources.get(0)));
      } else if (isFoldable(n, sources)) {
        for (String source : sources) {
          in.add(source.isEmpty() ? null : known(at, source));
        }
      } else {
        return false;
      }
      List<Known> out =
          Folding.run(new NodeCall(at, n, opset, List.of(), limits, Folding.options()), in);
      for (int i = 0; i < n.getOutputCount(); i++) {
        if (!n.getOutput(i).isEmpty()) {
          if (i >= out.size()) {
            throw at.error("a further output '" + n.getOutput(i) + "'", "at most " + out.size());
          }
          keep(at, n.getOutput(i), out.get(i));
        }
      }
      return true;
    }

    /** Each by itself is within the limits; many together need as much memory as one too large. */
    private void keep(Place at, String name, Known k) throws ModelFormatException {
      foldedElements += k.example().isShell() ? 0 : k.example().size();
      if (foldedElements > limits.maxElements()) {
        throw at.error(
            foldedElements + " elements that are known before a run, all together",
            "at most " + limits.maxElements());
      }
      folded.put(name, k);
    }

    private boolean isFoldable(NodeProto n, List<String> sources) {
      List<String> named = sources.stream().filter(s -> !s.isEmpty()).toList();
      if (named.isEmpty() || !named.stream().allMatch(this::isKnown)) {
        return false;
      }
      boolean real = false;
      for (String s : named) {
        real |= !folded.containsKey(s) && !isInteger(names.tensors().get(s));
      }
      boolean computed =
          named.stream().anyMatch(s -> folded.containsKey(s) && !written.contains(s));
      boolean runs =
          HostOperators.knows(n.getOpType())
              || Expansions.composes(n.getOpType())
              || Ops.named(n.getOpType()) != null;
      return (!real || computed) && runs && Folding.isFixed(n.getOpType());
    }

    private boolean isKnown(String source) {
      return folded.containsKey(source) || names.tensors().containsKey(source);
    }

    private static boolean isInteger(TensorProto t) {
      OnnxTensor.Type type = OnnxTensor.Type.ofFile(t.getDataType());
      return type != null && !type.isReal();
    }

    /** What is known of a value of which only the shape counts. */
    private Known shell(Place at, String source) throws ModelFormatException {
      Operands in = operands(at, List.of(source), 1);
      Shape probe = in.probe().get(0).orElse(null);
      return new Known(
          OnnxTensor.shell(in.shape(0)), probe == null ? null : OnnxTensor.shell(probe));
    }

    private Known known(Place at, String source) throws ModelFormatException {
      Known k = folded.get(source);
      return k != null
          ? k
          : Known.always(TypedTensorReader.read(at, names.tensors().get(source), limits));
    }

    /** A known tensor, which a graph of free dimensions can hold only if it does not need them. */
    private OnnxTensor fixed(Place at, String source) throws ModelFormatException {
      Known k = folded.get(source);
      if (!k.isFixed()) {
        throw new FreeExtentException(
            at.path()
                + ": found '"
                + source
                + "', which depends on free dimensions, expected fixed extents where a model"
                + " computes with them");
      }
      return k.example();
    }

    private void add(Place at, NodeProto n) throws ModelFormatException {
      OpSpec<?> spec = Ops.named(n.getOpType());
      if (spec == null) {
        throw Unsupported.operator(at, n.getOpType(), opset, " on values of a run");
      }
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
          attributes = attributes.withConstant(i, constant(at, spec.name(), i, source, operands));
        }
      }
      addNode(at, n, operator(at, n, attributes, operands), operands);
    }

    private Operands operands(Place at, List<String> operands, int outputs)
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
      return new Operands(shapes, probe, types, outputs);
    }

    private Op operator(Place at, NodeProto n, Attributes attributes, List<String> operands)
        throws ModelFormatException {
      Operands in = operands(at, operands, n.getOutputCount());
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

    private ElementType type(String source) throws ModelFormatException {
      return folded.containsKey(source)
          ? folded.get(source).example().graphType()
          : TensorReader.type(file, names.tensors().get(source));
    }

    private Tensor tensor(Place at, String source) throws ModelFormatException {
      Tensor known = decoded.get(source);
      if (known != null) {
        return known;
      }
      if (folded.containsKey(source)) {
        try {
          return fixed(at, source).tensor();
        } catch (IllegalArgumentException e) {
          throw at.problem(e.getMessage(), e);
        }
      }
      TensorProto t = names.tensors().get(source);
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
      decoded.put(source, read);
      return read;
    }

    private List<? extends Number> constant(
        Place at, String op, int position, String source, List<String> operands)
        throws ModelFormatException {
      if (folded.containsKey(source)) {
        Known k = folded.get(source);
        if (k.example().type() == OnnxTensor.Type.STRING) {
          throw at.error("the texts '" + source + "'", "numbers");
        }
        if (k.example().size() > TensorReader.MAX_CONSTANT) {
          throw at.error(
              k.example().size() + " elements of '" + source + "'",
              "a constant of at most " + TensorReader.MAX_CONSTANT);
        }
        if (k.isFixed() || operands.isEmpty()) {
          return fixed(at, source).numbers();
        }
        List<? extends Number> general =
            FreeExtents.general(op, k, operands(at, operands.subList(0, 1), 1));
        return general == null ? fixed(at, source).numbers() : general;
      }
      TensorProto t = names.tensors().get(source);
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
