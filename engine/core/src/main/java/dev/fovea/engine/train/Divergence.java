package dev.fovea.engine.train;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds where a step went wrong, by running it again under observation: the first value in forward
 * order, else the first gradient in backward order, that is not a finite number.
 */
final class Divergence {

  /** A loss so many times the first one (or 1, if that was less) has exploded. */
  static final double EXPLOSION = 1000;

  /**
   * What was found.
   *
   * @param where name of the value, parameter or gradient; null if nothing was bad by itself
   * @param what a sentence about it
   * @param data whether the data are to blame, and not the size of the steps
   */
  record Finding(String where, String what, boolean data) {}

  private final Learner learner;
  private final Runnable evaluation;

  /**
   * For a learner that still holds the batch of the step.
   *
   * @param evaluation evaluates it once more
   */
  Divergence(Learner learner, Runnable evaluation) {
    this.learner = learner;
    this.evaluation = evaluation;
  }

  /** Whether a loss is no number, or far from where the training started. */
  static boolean isBad(double loss, double first) {
    return !Double.isFinite(loss) || loss > EXPLOSION * Math.max(first, 1);
  }

  /** Whether all elements are finite. */
  static boolean isFinite(Tensor t) {
    // Zero times anything finite is zero: no branch in the loop.
    float sum = 0;
    float[] a = t.array();
    int end = t.offset() + t.size();
    for (int i = t.offset(); i < end; i++) {
      sum += 0 * a[i];
    }
    return sum == 0;
  }

  /** Looks for what made a loss bad. */
  Finding ofLoss() {
    Graph graph = learner.graph();
    if (!isFinite(learner.input())) {
      String name = graph.inputs().get(0).name();
      return new Finding(name, "the batch in input '" + name + "' is not finite", true);
    }
    for (Value v : graph.values()) {
      if (v.tensor() != null && !isFinite(v.tensor())) {
        return new Finding(
            v.name(), "'" + v.name() + "' of the model is not finite after the last update", false);
      }
    }
    Watch watch = new Watch();
    learner.observe(watch);
    evaluation.run();
    learner.observe(null);
    return watch.finding(
        "the first value that is not finite is '%s', of a node %s",
        "all values are finite; the largest, %.3g, is in '%s', of a node %s");
  }

  /** Looks for what made a gradient bad. */
  Finding ofGradient() {
    Watch watch = new Watch();
    learner.observe(null);
    evaluation.run();
    learner.observe(watch);
    learner.backward();
    learner.observe(null);
    if (watch.bad != null) {
      return watch.finding(
          "the first gradient that is not finite, going backward, is that by '%s', of a node %s",
          "");
    }
    for (Map.Entry<Value, Tensor> e : learner.gradients().entrySet()) {
      if (!isFinite(e.getValue())) {
        String name = e.getKey().name();
        return new Finding(name, "the gradient by '" + name + "' is not finite", false);
      }
    }
    return new Finding(null, "a penalty made a gradient that is not finite", false);
  }

  /** Notes the first value that is not finite, and the largest one. */
  private final class Watch implements Session.Observer {
    private Value bad;
    private Value largest;
    private double magnitude;

    @Override
    public void forward(Value value, Tensor tensor) {
      see(value, tensor);
    }

    @Override
    public void backward(Value value, Tensor gradient) {
      see(value, gradient);
    }

    private void see(Value value, Tensor t) {
      if (bad == null && !isFinite(t)) {
        bad = value;
      }
      for (int i = 0; i < t.size() && bad == null; i++) {
        if (Math.abs(t.get(i)) > magnitude) {
          magnitude = Math.abs(t.get(i));
          largest = value;
        }
      }
    }

    Finding finding(String ofBad, String ofLargest) {
      if (bad != null) {
        return new Finding(bad.name(), ofBad.formatted(bad.name(), operator(bad)), false);
      }
      return new Finding(
          largest == null ? null : largest.name(),
          largest == null
              ? "all values are zero"
              : String.format(Locale.ROOT, ofLargest, magnitude, largest.name(), operator(largest)),
          false);
    }

    private String operator(Value v) {
      List<Node> nodes = learner.graph().nodes();
      return nodes.stream()
          .filter(n -> n.outputs().contains(v))
          .map(n -> n.op().spec().name())
          .findFirst()
          .orElse("");
    }
  }
}
