package dev.fovea.engine.onnx;

import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.kernel.Backends;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Computes at once what does not depend on the elements of a graph's inputs: exporters spell the
 * shape of a Reshape as a chain of Shape, Gather, Unsqueeze, Concat. Free dimensions have an extent
 * of their own in the example and in the {@link Operands probe}, so everything is computed for
 * both.
 */
final class Folding {

  /** Operators that read no elements of their input. */
  private static final Set<String> OF_SHAPES = Set.of("Shape", "Size");

  /** Operators the result of which is another in each run. */
  private static final Set<String> RANDOM =
      Set.of(
          "Bernoulli",
          "Multinomial",
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike");

  private Folding() {}

  /**
   * A tensor that is known before a run.
   *
   * @param example for the example extents
   * @param probe for the other extents; null where these do not fit the graph
   */
  record Known(OnnxTensor example, OnnxTensor probe) {

    /** A tensor that is the same for all extents. */
    static Known always(OnnxTensor t) {
      return new Known(t, t);
    }

    /** Whether it is the same for all extents. */
    boolean isFixed() {
      if (probe == null || !probe.shape().equals(example.shape())) {
        return false;
      }
      if (probe == example || example.isShell()) {
        return true;
      }
      boolean same = true;
      for (int i = 0; same && i < example.size(); i++) {
        same = example.text(i).equals(probe.text(i));
      }
      return same;
    }
  }

  /** Whether a node is for shapes alone. */
  static boolean isOfShapes(String operator) {
    return OF_SHAPES.contains(operator);
  }

  /** Whether a node of this operator gives the same whenever it is run. */
  static boolean isFixed(String operator) {
    return !RANDOM.contains(operator);
  }

  /** The outputs of a node on known inputs; null stands for an input that is left out. */
  static List<Known> run(NodeCall call, List<Known> inputs) throws ModelFormatException {
    List<OnnxTensor> example = evaluate(call, inputs, false);
    List<OnnxTensor> probe = null;
    if (inputs.stream().allMatch(k -> k == null || k.isFixed())) {
      probe = example;
    } else if (inputs.stream().noneMatch(k -> k != null && k.probe() == null)) {
      try {
        probe = evaluate(call, inputs, true);
      } catch (ModelFormatException e) {
        // The other extents need not fit: then the result counts as depending on them.
        probe = null;
      }
    }
    List<Known> all = new ArrayList<>();
    for (int i = 0; i < example.size(); i++) {
      boolean both = probe != null && i < probe.size();
      all.add(new Known(example.get(i), both ? probe.get(i) : null));
    }
    return all;
  }

  private static List<OnnxTensor> evaluate(NodeCall call, List<Known> inputs, boolean probe)
      throws ModelFormatException {
    List<OnnxTensor> in = new ArrayList<>();
    for (Known k : inputs) {
      in.add(k == null ? null : probe ? k.probe() : k.example());
    }
    return NodeEvaluator.run(call.with(in));
  }

  /** Small work, which need not wait for threads. */
  static SessionOptions options() {
    return SessionOptions.inference().on(Backends.named("scalar")).withThreads(1);
  }
}
