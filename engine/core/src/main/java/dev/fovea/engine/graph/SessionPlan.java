package dev.fovea.engine.graph;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Storage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a {@link Session} runs and when it needs which memory, found from shapes alone: nothing is
 * allocated here.
 */
final class SessionPlan {

  /** Memory in which a node keeps something for its backward run. */
  record SavedKey(Node node, int index) {}

  /** Memory that a node uses while it runs. */
  record ScratchKey(Node node, int index) {}

  /** Memory for the gradient of a value. */
  record GradientKey(Value value) {}

  private final Graph graph;
  private final SessionOptions options;
  private final List<Value> inputs;
  private final List<Value> outputs;
  private final List<Node> nodes;
  private final Map<Value, Shape> shapes;
  private final Set<Value> wanted = new HashSet<>();
  private final Set<Value> frozen = new HashSet<>();
  private final Set<Value> flowing;
  private final Map<Value, Value> root;
  private final MemoryPlan memory;

  /**
   * Plans.
   *
   * @throws GraphException if the shapes do not fit or a name is unknown
   */
  SessionPlan(Graph graph, SessionOptions options, List<Shape> inputShapes) {
    this.graph = graph;
    this.options = options;
    this.inputs = graph.inputs();
    this.outputs =
        options.outputs().isEmpty()
            ? graph.outputs()
            : options.outputs().stream().map(graph::value).toList();
    this.shapes = graph.inferShapes(inputShapes);
    this.nodes = graph.nodesFor(outputs);
    options.gradients().forEach(n -> wanted.add(differentiable(n)));
    options.frozen().forEach(n -> frozen.add(graph.value(n)));
    if (options.parameterGradients()) {
      graph.parameters().stream().filter(v -> !frozen.contains(v)).forEach(wanted::add);
    }
    this.flowing = withGradient();
    this.root = viewRoots();
    this.memory = plan();
  }

  /** The values a run is for. */
  List<Value> outputs() {
    return outputs;
  }

  /** The nodes that run, in order. */
  List<Node> nodes() {
    return nodes;
  }

  Shape shape(Value v) {
    return shapes.get(v);
  }

  /** The values the caller asked for the gradients of. */
  Set<Value> wanted() {
    return wanted;
  }

  /** Values that lie on a way from a wanted value to an output: only these get gradients. */
  Set<Value> flowing() {
    return flowing;
  }

  /** For values that only show another one under a new shape, the value that has the memory. */
  Map<Value, Value> root() {
    return root;
  }

  /** Who needs memory and when. */
  MemoryPlan memory() {
    return memory;
  }

  private Value differentiable(String name) {
    Value v = graph.value(name);
    if (!v.differentiable()) {
      throw new GraphException(
          "gradient of '" + name + "': expected a value of real numbers, found " + v.type());
    }
    return v;
  }

  private Set<Value> withGradient() {
    Set<Value> found = new HashSet<>(wanted);
    for (Node n : nodes) {
      if (n.inputs().stream().anyMatch(found::contains)) {
        n.outputs().stream().filter(Value::differentiable).forEach(found::add);
      }
    }
    return found;
  }

  /** Whether gradients run through a node: from an output of real numbers to a wanted input. */
  boolean runsBackward(Node n) {
    return n.inputs().stream().anyMatch(flowing::contains)
        && n.outputs().stream().anyMatch(Value::differentiable);
  }

  /** Whether a node runs as in training. */
  boolean training(Node n) {
    List<Value> learnt = n.inputs().stream().filter(v -> v.kind() == Value.Kind.PARAMETER).toList();
    return options.training() && (learnt.isEmpty() || !frozen.containsAll(learnt));
  }

  private Map<Value, Value> viewRoots() {
    Map<Value, Value> found = new HashMap<>();
    for (Node n : nodes) {
      if (n.op().isView(training(n))) {
        Value from = n.inputs().get(0);
        found.put(n.outputs().get(0), found.getOrDefault(from, from));
      }
    }
    return found;
  }

  private MemoryPlan plan() {
    int n = nodes.size();
    int end = 2 * n;
    Map<Value, int[]> life = new LinkedHashMap<>();
    Map<Value, int[]> gradientLife = new LinkedHashMap<>();
    // Inputs are written before step 0 and may be filled again only by the caller: kept to the end.
    inputs.forEach(v -> life.put(v, new int[] {-1, end}));
    for (int i = 0; i < n; i++) {
      Node node = nodes.get(i);
      boolean backward = runsBackward(node);
      int last = backward ? end - 1 - i : i;
      for (Value v : node.outputs()) {
        Value r = root.getOrDefault(v, v);
        if (r.tensor() == null) {
          extend(life, r, i, last);
        }
        if (backward && v.differentiable()) {
          // The gradient is zeroed in the step of the first node that adds to it, the last reader
          // of v in order, or, if nobody reads v, in this one; an output's starts at n.
          extend(gradientLife, v, end - 1 - i, wanted.contains(v) ? end : end - 1 - i);
        }
      }
      for (Value v : node.inputs()) {
        Value r = root.getOrDefault(v, v);
        if (r.tensor() == null) {
          extend(life, r, i, last);
        }
        if (backward && flowing.contains(v) && v.kind() != Value.Kind.PARAMETER) {
          extend(gradientLife, v, end - 1 - i, wanted.contains(v) ? end : end - 1 - i);
        }
      }
    }
    for (Value v : outputs) {
      Value r = root.getOrDefault(v, v);
      if (r.tensor() == null) {
        extend(life, r, n, end);
      }
      if (flowing.contains(v)) {
        extend(gradientLife, v, n, wanted.contains(v) ? end : n);
      }
    }
    MemoryPlan plan = new MemoryPlan();
    life.forEach((v, t) -> plan.request(v, shapes.get(v), t[0], t[1]));
    gradientLife.forEach((v, t) -> plan.request(new GradientKey(v), shapes.get(v), t[0], t[1]));
    for (int i = 0; i < n; i++) {
      if (!nodes.get(i).op().isView(training(nodes.get(i)))) {
        List<Shape> in = nodes.get(i).inputs().stream().map(shapes::get).toList();
        List<Shape> scratch = nodes.get(i).op().scratch(in);
        for (int k = 0; k < scratch.size(); k++) {
          plan.request(new ScratchKey(nodes.get(i), k), scratch.get(k), i, i);
        }
      }
    }
    if (options.anyGradient() || options.training()) {
      for (int i = 0; i < n; i++) {
        List<Shape> in = nodes.get(i).inputs().stream().map(shapes::get).toList();
        Node node = nodes.get(i);
        List<Shape> saved = node.op().isView(training(node)) ? List.of() : node.op().saved(in);
        // Below frozen layers nothing runs backward, and what was saved is scratch.
        boolean backward = runsBackward(node);
        for (int k = 0; k < saved.size(); k++) {
          plan.request(new SavedKey(node, k), saved.get(k), i, backward ? end - 1 - i : i);
        }
      }
    }
    return plan;
  }

  private static void extend(Map<Value, int[]> life, Value v, int first, int last) {
    int[] t = life.computeIfAbsent(v, k -> new int[] {first, last});
    t[0] = Math.min(t[0], first);
    t[1] = Math.max(t[1], last);
  }

  /** Whether there can be no room, on a backend that lives on the heap. */
  boolean exceedsHeap() {
    return options.backend().allocate(Shape.of(0)).storage() instanceof Storage.Host
        && memory.bytes() > Runtime.getRuntime().maxMemory();
  }

  /** The memory in figures. */
  PlannedMemory summary() {
    Map<Object, Integer> placed = memory.slots();
    Map<Integer, Integer> inOrder = new HashMap<>();
    Map<String, Integer> slots = new LinkedHashMap<>();
    Stream.concat(inputs.stream(), nodes.stream().flatMap(n -> n.outputs().stream()))
        .forEach(
            v -> {
              // What shows a tensor of the model has no place here.
              Integer place = placed.get(root.getOrDefault(v, v));
              if (place != null) {
                inOrder.putIfAbsent(place, inOrder.size());
              }
              slots.put(v.name(), place == null ? -1 : inOrder.get(place));
            });
    long model =
        graph.values().stream()
            .filter(v -> v.tensor() != null)
            .mapToLong(v -> (long) Float.BYTES * v.shape().size())
            .sum();
    // Those of the other values are placed with the activations.
    long gradients =
        wanted.stream()
            .filter(v -> v.tensor() != null)
            .mapToLong(v -> (long) Float.BYTES * v.shape().size())
            .sum();
    return new PlannedMemory(
        model, gradients, memory.bytes(), memory.requestedBytes(), Map.copyOf(slots));
  }
}
