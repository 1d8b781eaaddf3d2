package dev.fovea.engine.graph;

import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The shapes of a graph's values for other extents of its free dimensions than the example ones, of
 * each dimension in turn: what differs among them depends on the dimension. Immutable.
 */
public final class ShapeProbes {

  /** Factors by which the example extent of a free dimension is multiplied. */
  public static final List<Integer> FACTORS = List.of(2, 3);

  private final Map<String, List<Map<Value, Shape>>> probes = new LinkedHashMap<>();

  private ShapeProbes() {}

  /** Infers the shapes of a graph. */
  public static ShapeProbes of(Graph graph) {
    Set<String> free = new TreeSet<>();
    graph.inputs().forEach(v -> free.addAll(v.freeDims()));
    free.remove("");
    ShapeProbes p = new ShapeProbes();
    for (String name : free) {
      p.probes.put(name, probe(graph, name));
    }
    return p;
  }

  private static List<Map<Value, Shape>> probe(Graph graph, String name) {
    List<Map<Value, Shape>> all = new ArrayList<>();
    for (int factor : FACTORS) {
      List<Shape> shapes = new ArrayList<>();
      for (Value v : graph.inputs()) {
        Shape s = v.shape();
        for (int d = 0; d < s.rank(); d++) {
          if (v.freeDims().get(d).equals(name)) {
            s = s.with(d, factor * s.dim(d));
          }
        }
        shapes.add(s);
      }
      try {
        all.add(graph.inferShapes(shapes));
      } catch (GraphException e) {
        // These extents do not fit, so nothing is known of what depends on the dimension.
        return List.of();
      }
    }
    return all;
  }

  /**
   * For each free dimension, in alphabetical order, the shapes for each of the {@link #FACTORS};
   * none where the extents do not fit the graph.
   */
  public Map<String, List<Map<Value, Shape>>> byDimension() {
    return probes;
  }

  /** Whether two values have one shape, whatever the free extents; false if that is not known. */
  public boolean alwaysEqual(Value a, Value b) {
    return a.shape().equals(b.shape())
        && probes.values().stream()
            .allMatch(
                shapes ->
                    !shapes.isEmpty() && shapes.stream().allMatch(s -> s.get(a).equals(s.get(b))));
  }
}
