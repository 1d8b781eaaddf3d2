package dev.fovea.engine.zoo.surgery;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings values and nodes of one graph into another under construction. Names are kept; the tensors
 * of the model are shared, not copied. Not thread-safe.
 */
public final class GraphCopy {

  private final Graph.Builder to;
  private final Map<Value, Value> values = new HashMap<>();

  /** Copies into a graph under construction. */
  public GraphCopy(Graph.Builder to) {
    this.to = to;
  }

  /** Decides what stands for a value from now on. */
  public void put(Value original, Value copy) {
    values.put(original, copy);
  }

  /** Whether something stands for a value already. */
  public boolean has(Value original) {
    return values.containsKey(original);
  }

  /** What stands for a value; inputs and tensors of the model are brought along when needed. */
  public Value of(Value original) {
    Value known = values.get(original);
    if (known != null) {
      return known;
    }
    Value copy =
        switch (original.kind()) {
          case INPUT ->
              to.input(
                  original.name(),
                  original.type(),
                  original.shape(),
                  original.freeDims().toArray(String[]::new));
          case PARAMETER -> to.parameter(original.name(), original.tensor());
          case BUFFER -> to.buffer(original.name(), original.type(), original.tensor());
          case COMPUTED ->
              throw new IllegalStateException("value '" + original.name() + "' is not copied yet");
        };
    values.put(original, copy);
    return copy;
  }

  /** Copies a node. */
  public void node(Node n) {
    node(n, n.op(), n.inputs().stream().map(this::of).toList());
  }

  /** Copies a node with another operator and other inputs. */
  public void node(Node n, Op op, List<Value> inputs) {
    List<String> names = n.outputs().stream().map(Value::name).toList();
    List<Value> out = to.node(n.name(), op, inputs, names);
    for (int i = 0; i < out.size(); i++) {
      values.put(n.outputs().get(i), out.get(i));
    }
  }

  /**
   * The finished graph.
   *
   * @param outputs values of the other graph, which were copied
   */
  public Graph build(List<Value> outputs) {
    return to.build(outputs.stream().map(this::of).toArray(Value[]::new));
  }
}
