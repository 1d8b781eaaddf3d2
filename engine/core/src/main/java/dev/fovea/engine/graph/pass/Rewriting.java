package dev.fovea.engine.graph.pass;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One sweep over the nodes of a graph, in order, each of which is copied or replaced; what nobody
 * reads afterwards is left out. Used once.
 *
 * <p>There are two kinds of values: <i>old</i> ones, of the graph that is rewritten, and <i>new</i>
 * ones, of the graph that is made.
 */
abstract class Rewriting {

  private final Graph graph;
  private final Set<Value> lasting = new HashSet<>();
  private final Map<Value, List<Node>> readers = new HashMap<>();
  private final Map<Value, Value> current = new HashMap<>();
  private final Map<Value, Node> makers = new HashMap<>();
  private final Set<String> valueNames = new HashSet<>();
  private final Set<String> nodeNames = new HashSet<>();
  private final Graph.Builder builder;
  private boolean changed;

  Rewriting(Graph graph, Set<String> kept) {
    this.graph = graph;
    this.builder = new Graph.Builder(graph.name());
    lasting.addAll(graph.outputs());
    kept.forEach(name -> lasting.add(graph.value(name)));
    graph.values().forEach(v -> valueNames.add(v.name()));
    for (Node n : graph.nodes()) {
      nodeNames.add(n.name());
      n.inputs().forEach(v -> readers.computeIfAbsent(v, k -> new ArrayList<>()).add(n));
    }
  }

  /**
   * New values that stand for the outputs of an old node; null to copy the node.
   *
   * @param in the new values that it reads
   */
  abstract List<Value> replace(Node n, List<Value> in);

  /** The graph rewritten; the old one if every node was copied. */
  final Graph run() {
    graph.inputs().forEach(this::now);
    for (Node n : graph.nodes()) {
      List<Value> in = n.inputs().stream().map(this::now).toList();
      List<Value> out = replace(n, in);
      changed |= out != null;
      List<Value> result = out != null ? out : emit(n.name(), n.op(), in, outputNames(n));
      for (int i = 0; i < result.size(); i++) {
        current.put(n.outputs().get(i), result.get(i));
      }
    }
    return changed
        ? builder.build(graph.outputs().stream().map(this::now).toArray(Value[]::new))
        : graph;
  }

  /** What stands for an old value; inputs and tensors of the model are brought along. */
  final Value now(Value old) {
    return current.computeIfAbsent(
        old,
        v ->
            switch (v.kind()) {
              case INPUT ->
                  builder.input(
                      v.name(), v.type(), inputShape(v), freeDims(v).toArray(String[]::new));
              case PARAMETER -> builder.parameter(v.name(), v.tensor());
              case BUFFER -> builder.buffer(v.name(), v.type(), v.tensor());
              case COMPUTED ->
                  throw new IllegalStateException("value '" + v.name() + "' is read before made");
            });
  }

  /** The example shape of an input of the new graph. */
  Shape inputShape(Value input) {
    return input.shape();
  }

  /** The free dimensions of an input of the new graph. */
  List<String> freeDims(Value input) {
    return input.freeDims();
  }

  /** Adds a node to the new graph. */
  private List<Value> emit(String name, Op op, List<Value> in, List<String> outputs) {
    List<Value> out = builder.node(name, op, in, outputs);
    Node made = new Node(name, op, in, out);
    out.forEach(v -> makers.put(v, made));
    return out;
  }

  /** Puts another operator in the place of a node; names of node and outputs stay. */
  final List<Value> instead(Node n, Op op, List<Value> in) {
    return emit(n.name(), op, in, outputNames(n));
  }

  /** A further node with one output; both get the wanted name or a similar one. */
  final Value extra(String name, Op op, Value... in) {
    String own = unique(name, valueNames);
    return emit(unique(name, nodeNames), op, List.of(in), List.of(own)).get(0);
  }

  /** A further tensor of the model, of the kind of another, named like it. */
  final Value tensor(Value like, String suffix, Tensor t) {
    String name = unique(like.name() + suffix, valueNames);
    return like.kind() == Value.Kind.PARAMETER
        ? builder.parameter(name, t)
        : builder.buffer(name, like.type(), t);
  }

  /** A tensor of the model in the place of a computed old value, with its name. */
  final Value constant(Value old, Tensor t) {
    return builder.buffer(old.name(), old.type(), t);
  }

  /** A further tensor of the model that is not learnt; it gets the wanted name or a similar one. */
  final Value constant(String name, Tensor t) {
    return builder.buffer(unique(name, valueNames), t);
  }

  /** The node that makes a new value; null if none does. */
  final Node maker(Value v) {
    return makers.get(v);
  }

  /** Whether an old value may vanish: it is computed, and nobody asked for it. */
  final boolean mayVanish(Value v) {
    return v.kind() == Value.Kind.COMPUTED && !lasting.contains(v);
  }

  /** Whether all outputs of an old node may vanish. */
  final boolean mayVanish(Node n) {
    return n.outputs().stream().allMatch(this::mayVanish);
  }

  /** Whether an old value may vanish if one node no longer reads it, which nobody else does. */
  final boolean isOnlyFor(Value v, Node n) {
    return mayVanish(v) && readers.get(v).stream().allMatch(n::equals);
  }

  private static List<String> outputNames(Node n) {
    return n.outputs().stream().map(Value::name).toList();
  }

  private static String unique(String wanted, Set<String> taken) {
    String name = wanted;
    for (int i = 2; !taken.add(name); i++) {
      name = wanted + i;
    }
    return name;
  }
}
