package dev.fovea.visualize.attribution;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.SessionPool;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.visualize.features.FeatureObjective;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A network to be explained: any graph with one input, our own or a foreign one. Gives scores of a
 * {@link Target}, and their gradients by any value under any {@link ReluRule}. Thread-safe; needs
 * no closing. What it opens it keeps, so that many pictures can be explained in a row.
 */
public final class ExplainedNetwork {

  /** What was asked of the network: which form of it, for which outputs, by which values. */
  private record Question(ReluRule rule, List<String> outputs, List<String> by) {}

  private static final Set<String> POOLING =
      Set.of("MaxPool", "AveragePool", "Dropout", "Identity");

  private final Graph graph;
  private final SessionOptions options;
  private final Map<ReluRule, Graph> forms = new ConcurrentHashMap<>();
  private final Map<Question, SessionPool> pools = new ConcurrentHashMap<>();

  /**
   * A network.
   *
   * @param graph as it was built or read, so that all its values are there
   * @param options backend and threads to run on
   * @throws IllegalArgumentException if it has not one input
   */
  public ExplainedNetwork(Graph graph, SessionOptions options) {
    if (graph.inputs().size() != 1) {
      throw new IllegalArgumentException(
          "graph '" + graph.name() + "': found inputs " + graph.inputs() + ", expected one");
    }
    this.graph = graph;
    this.options = options;
  }

  /** The graph. */
  public Graph graph() {
    return graph;
  }

  /** Name of the input. */
  public String input() {
    return graph.inputs().get(0).name();
  }

  /**
   * The score of a target.
   *
   * @param input for the graph's input, {@code [1, ...]}; not modified
   * @throws GraphException if the graph has no such value
   * @throws IllegalArgumentException if the target is not in it
   */
  public double score(Tensor input, Target target) {
    return target.score(forward(input, target.values()));
  }

  /** A value for an input, in a new host tensor. */
  Tensor value(Tensor input, String name) {
    return name.equals(input()) ? input.copy() : forward(input, List.of(name)).get(0);
  }

  private List<Tensor> forward(Tensor input, List<String> outputs) {
    String[] names = outputs.toArray(String[]::new);
    SessionPool pool =
        pools.computeIfAbsent(
            new Question(ReluRule.GRADIENT, outputs, List.of()),
            q -> Passes.open(graph.withOutputs(names), options.withOutputs(names)));
    return pool.forward(input);
  }

  /**
   * A value and the derivative of the score by it.
   *
   * @param value in a new host tensor
   * @param gradient in its shape
   */
  record Derivative(Tensor value, Tensor gradient) {}

  /** The derivative of the score by the input. */
  Tensor gradient(Tensor input, Target target, ReluRule rule) {
    return derivative(input, target, input(), rule).gradient();
  }

  /**
   * The derivative of the score by any value.
   *
   * @throws IllegalArgumentException if the score does not depend on it
   */
  Derivative derivative(Tensor input, Target target, String by, ReluRule rule) {
    Set<String> outputs = new LinkedHashSet<>(target.values());
    if (graph.value(by).kind() == Value.Kind.COMPUTED) {
      outputs.add(by);
    }
    Question question = new Question(rule, List.copyOf(outputs), List.of(by));
    SessionPool pool = pools.computeIfAbsent(question, this::differentiating);
    Set<String> dependent = dependent(by);
    if (target.values().stream().noneMatch(dependent::contains)) {
      throw new IllegalArgumentException(
          "layer '" + by + "': found none that " + target.values() + " depends on, expected one");
    }
    return pool.with(
        List.of(input.shape()), session -> derivative(session, input, target, by, dependent));
  }

  private SessionPool differentiating(Question q) {
    Graph form =
        forms.computeIfAbsent(
            q.rule(), rule -> rule == ReluRule.GRADIENT ? graph : RuledRelu.applied(graph, rule));
    String[] names = q.outputs().toArray(String[]::new);
    return FeatureObjective.differentiating(
        form.withOutputs(names),
        options.withOutputs(names).withGradients(q.by().toArray(String[]::new)));
  }

  private Derivative derivative(
      Session session, Tensor input, Target target, String by, Set<String> dependent) {
    session.forward(input);
    List<Tensor> values = new ArrayList<>();
    target.values().forEach(name -> values.add(host(session.value(name))));
    List<Tensor> cotangents = target.cotangents(values);
    Tensor value = by.equals(input()) ? input : host(session.value(by));
    if (graph.value(by).kind() == Value.Kind.COMPUTED && !target.values().contains(by)) {
      options.backend().upload(Tensor.zeros(value.shape()), session.cotangent(by));
    }
    for (int k = 0; k < values.size(); k++) {
      String name = target.values().get(k);
      if (dependent.contains(name)) {
        options.backend().upload(cotangents.get(k), session.cotangent(name));
      }
    }
    session.backward();
    return new Derivative(value, host(session.gradient(by)));
  }

  private Tensor host(Tensor device) {
    Tensor host = Tensor.zeros(device.shape());
    options.backend().download(device, host);
    return host;
  }

  /** The values that are computed from a value, and itself. */
  private Set<String> dependent(String from) {
    Set<String> names = new HashSet<>(Set.of(from));
    for (Node n : graph.nodes()) {
      if (n.inputs().stream().anyMatch(v -> names.contains(v.name()))) {
        n.outputs().forEach(v -> names.add(v.name()));
      }
    }
    return names;
  }

  /**
   * The layers whose activations explain best, the best first: from the last one on those that
   * still know where, have more to tell than the scores themselves, and are not yet pooled.
   * Selvaraju et al., ICCV 2017: the last convolutional layers are "the best compromise between
   * high-level semantics and detailed spatial information".
   *
   * @throws IllegalArgumentException if no layer of {@code [N, C, H, W]} is on the way to the
   *     target
   */
  public List<String> lastLayers(Target target) {
    Graph part = graph.withOutputs(target.values().toArray(String[]::new));
    Set<String> dependent = dependent(input());
    Set<Integer> scoreChannels = new HashSet<>();
    for (Value v : part.outputs()) {
      scoreChannels.add(v.shape().rank() < 2 ? 1 : v.shape().dim(1));
    }
    Set<String> layers = new LinkedHashSet<>();
    for (int i = part.nodes().size() - 1; i >= 0; i--) {
      Value v = unpooled(part.nodes().get(i), part.nodes());
      if (dependent.contains(v.name())
          && hasPlaces(v)
          && !part.outputs().contains(v)
          && !scoreChannels.contains(v.shape().dim(1))) {
        layers.add(v.name());
      }
    }
    if (layers.isEmpty()) {
      throw new IllegalArgumentException(
          "graph '"
              + graph.name()
              + "': found no layer [N, C, H, W] on the way to "
              + target.values()
              + ", expected a convolutional network");
    }
    return List.copyOf(layers);
  }

  /**
   * The derivative by the best of the {@link #lastLayers} that the score depends on; a detector's
   * heads for small and large objects do not all matter for one find.
   */
  Derivative lastDerivative(Tensor input, Target target) {
    Derivative d = null;
    for (String layer : lastLayers(target)) {
      d = derivative(input, target, layer, ReluRule.GRADIENT);
      for (int i = 0; i < d.gradient().size(); i++) {
        if (d.gradient().get(i) != 0) {
          return d;
        }
      }
    }
    return d;
  }

  /** The output of a node, or of those before it that it pools. */
  private static Value unpooled(Node node, List<Node> nodes) {
    Value out = node.outputs().get(0);
    if (!POOLING.contains(node.op().spec().name())) {
      return out;
    }
    Value in = node.inputs().get(0);
    return nodes.stream()
        .filter(n -> n.outputs().contains(in))
        .findFirst()
        .map(n -> unpooled(n, nodes))
        .orElse(out);
  }

  private static boolean hasPlaces(Value v) {
    return v.shape().rank() == 4 && v.shape().dim(2) > 1 && v.shape().dim(3) > 1;
  }
}
