package dev.fovea.tasks;

import static java.util.stream.Collectors.joining;

import dev.fovea.engine.graph.Flops;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What will be slow in a model, or will not work with it; a line each. */
final class RunHints {
  /** Functions that are computed number by number, by Java's own or in double. */
  private static final Set<String> NUMBER_BY_NUMBER =
      Set.of(
          "Acos",
          "Acosh",
          "Asin",
          "Asinh",
          "Atan",
          "Atanh",
          "Celu",
          "Cos",
          "Cosh",
          "Elu",
          "Erf",
          "Gelu",
          "LRN",
          "Log",
          "Mish",
          "Pow",
          "Selu",
          "Sin",
          "Sinh",
          "Softplus",
          "Tan");

  /** Operators that fetch or place elements one by one, or sort them. */
  private static final Set<String> ELEMENT_BY_ELEMENT =
      Set.of(
          "Col2Im",
          "DeformConv",
          "GatherElements",
          "GatherND",
          "GridSample",
          "MaxRoiPool",
          "MaxUnpool",
          "NonMaxSuppression",
          "RoiAlign",
          "ScatterElements",
          "ScatterND",
          "TopK");

  /** Operators of real numbers whose derivative is 0 wherever there is one. */
  private static final Set<String> FLAT = Set.of("Ceil", "Floor", "Hardmax", "Round", "Sign");

  /** Fewer elements than these cost nothing worth a line. */
  private static final long MANY_ELEMENTS = 1 << 18;

  /** A share of the work that is worth a line. */
  private static final double MUCH_WORK = 0.05;

  /** Rows of a tile of vectors: a group with fewer outputs leaves some of them empty. */
  private static final int FULL_GROUP = 4;

  private static final int LONG_KERNEL = 16;
  private static final int MOST_NAMES = 5;

  private final Graph graph;
  private final Map<Value, Shape> shapes;
  private final long flops;
  private final List<String> lines = new ArrayList<>();

  private RunHints(Graph graph, Map<Value, Shape> shapes) {
    this.graph = graph;
    this.shapes = shapes;
    this.flops = Flops.of(graph, shapes);
  }

  /**
   * Looks at a network.
   *
   * @param shapes of all its values
   * @param bytes of memory for one run, weights included
   */
  static List<String> of(Graph graph, Map<Value, Shape> shapes, long bytes) {
    RunHints hints = new RunHints(graph, shapes);
    hints.slowOperators(NUMBER_BY_NUMBER, "are computed number by number, not by whole vectors");
    hints.slowOperators(ELEMENT_BY_ELEMENT, "fetch, place or sort single elements");
    hints.slowConvolutions();
    hints.freeDimensions();
    hints.memory(bytes);
    hints.gradients();
    return List.copyOf(hints.lines);
  }

  private void slowOperators(Set<String> names, String why) {
    Map<String, Long> elements = new TreeMap<>();
    for (Node node : graph.nodes()) {
      String name = node.op().spec().name();
      if (names.contains(name)) {
        elements.merge(name, elements(node), Long::sum);
      }
    }
    elements.forEach(
        (name, count) -> {
          if (count >= MANY_ELEMENTS) {
            lines.add("slow: the " + millions(count) + " elements of " + name + " " + why);
          }
        });
  }

  /** Those of the larger of first input and first output: some search much to find little. */
  private long elements(Node node) {
    return Math.max(
        shapes.get(node.outputs().get(0)).size(),
        node.inputs().isEmpty() ? 0 : shapes.get(node.inputs().get(0)).size());
  }

  private static String millions(long count) {
    return String.format(Locale.ROOT, "%.1f million", count / 1e6);
  }

  private void slowConvolutions() {
    List<Node> thin = new ArrayList<>();
    List<Node> longOnes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Conv conv) {
        Shape weights = shapes.get(node.inputs().get(1));
        if (conv.groups() > 1 && weights.dim(0) / conv.groups() < FULL_GROUP) {
          thin.add(node);
        }
        int taps = weights.size(2, weights.rank());
        if (taps >= LONG_KERNEL * LONG_KERNEL) {
          longOnes.add(node);
        }
      }
    }
    convolutions(
        thin, "have fewer than " + FULL_GROUP + " outputs in a group and fill vectors only partly");
    convolutions(
        longOnes,
        "have kernels of "
            + LONG_KERNEL
            + " x "
            + LONG_KERNEL
            + " or more, which are not"
            + " computed by Fourier transforms");
  }

  private void convolutions(List<Node> nodes, String why) {
    long work = nodes.stream().mapToLong(n -> Flops.of(n, shapes)).sum();
    if (work >= MUCH_WORK * flops && work > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "slow: %d convolutions with %.0f %% of the work %s: %s",
              nodes.size(),
              100.0 * work / flops,
              why,
              names(nodes.stream().map(Node::name).toList())));
    }
  }

  private static String names(List<String> all) {
    String shown = all.stream().limit(MOST_NAMES).collect(joining(", "));
    return all.size() <= MOST_NAMES ? shown : shown + ", ...";
  }

  private void freeDimensions() {
    for (Value input : graph.inputs()) {
      // That of the batch is free nearly everywhere.
      List<String> free =
          input.freeDims().stream().skip(1).filter(d -> !d.isEmpty()).distinct().toList();
      if (!free.isEmpty()) {
        lines.add(
            "input '"
                + input.name()
                + "' leaves "
                + String.join(", ", free)
                + " free: memory is planned anew at the first run of each size (--shape sets the"
                + " sizes to look at)");
      }
    }
    for (Node node : graph.nodes()) {
      for (int i = 0; i < node.outputs().size(); i++) {
        if (node.op().sizedByData(i)) {
          lines.add(
              "the size of '"
                  + node.outputs().get(i).name()
                  + "' depends on the data: shown is the largest");
        }
      }
    }
  }

  private void memory(long bytes) {
    long heap = Runtime.getRuntime().maxMemory();
    if (bytes > heap / 2) {
      lines.add(
          "memory: one run takes "
              + (bytes >> 20)
              + " MiB of a heap of "
              + (heap >> 20)
              + " MiB; FOVEA_OPTS=-Xmx... gives more");
    }
  }

  /** An output that no gradient runs from cannot be explained or trained. */
  private void gradients() {
    Set<Value> flowing = new HashSet<>(graph.inputs());
    Set<String> walls = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (node.inputs().stream().anyMatch(flowing::contains)) {
        List<Value> real =
            node.outputs().stream().filter(v -> v.type() == ElementType.FLOAT).toList();
        if (real.isEmpty() || FLAT.contains(node.op().spec().name())) {
          walls.add(node.op().spec().name());
        } else {
          flowing.addAll(real);
        }
      }
    }
    List<String> stopped =
        graph.outputs().stream().filter(v -> !flowing.contains(v)).map(Value::name).toList();
    if (!stopped.isEmpty()) {
      lines.add(
          "no gradient runs from "
              + names(stopped)
              + " back to the input, because of "
              + names(walls.stream().sorted().toList())
              + ": nothing to explain or train there");
    }
  }
}
