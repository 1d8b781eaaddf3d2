package dev.fovea.tasks.report;

import dev.fovea.engine.monitor.Curve;
import dev.fovea.engine.monitor.Histogram;
import dev.fovea.engine.monitor.LayerState;
import dev.fovea.engine.monitor.Snapshot;
import dev.fovea.engine.monitor.TrainingHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a look at a training says is wrong, in words. */
final class Hints {
  private static final double LARGE_UPDATE = 3e-2;
  private static final double SMALL_UPDATE = 1e-5;
  private static final double DEAD = 0.98;
  private static final double VANISHED = 1e-6;

  /** Steps before which nothing can be said. */
  private static final int FIRST = 20;

  private Hints() {}

  static List<String> of(TrainingHistory history) {
    List<String> hints = new ArrayList<>();
    if (history.snapshots().isEmpty()) {
      return hints;
    }
    Snapshot now = history.snapshots().get(history.snapshots().size() - 1);
    for (LayerState layer : now.layers()) {
      Histogram a = layer.activations();
      if (a.notFinite() > 0) {
        hints.add(
            "Layer " + layer.name() + " gives values that are no numbers: the training diverged.");
      } else if (a.zeroShare() > DEAD) {
        hints.add(
            say(
                "Layer %s is %.0f %% zeros: dead units, the learning rate may have been too large.",
                layer.name(), 100 * a.zeroShare()));
      }
      if (now.step() >= FIRST && layer.updateRatio() > LARGE_UPDATE) {
        hints.add(
            say(
                "Layer %s changes by %s of its size in a step: try a smaller learning rate.",
                layer.name(), Chart.number(layer.updateRatio())));
      } else if (now.step() >= FIRST
          && layer.updateRatio() > 0
          && layer.updateRatio() < SMALL_UPDATE
          && now.rate() > 0.1 * history.snapshots().get(0).rate()) {
        hints.add(
            say(
                "Layer %s changes by only %s of its size in a step: try a larger learning rate.",
                layer.name(), Chart.number(layer.updateRatio())));
      }
    }
    vanishing(now, hints);
    loss(history.loss(), hints);
    return hints;
  }

  private static void vanishing(Snapshot now, List<String> hints) {
    if (now.layers().size() < 2) {
      return;
    }
    double first = now.layers().get(0).gradients().deviation();
    double last = now.layers().get(now.layers().size() - 1).gradients().deviation();
    if (first < VANISHED * last) {
      hints.add(
          say(
              "Gradients of the first layer are %s of those of the last one: they vanish.",
              Chart.number(first / last)));
    }
  }

  private static void loss(List<Curve.Point> loss, List<String> hints) {
    if (loss.size() < FIRST) {
      return;
    }
    List<Curve.Point> smooth = Curve.smooth(loss, 0.9);
    double now = smooth.get(smooth.size() - 1).value();
    if (now > 1.5 * loss.get(0).value()) {
      hints.add(
          say(
              "The loss rose from %s to %s: try a smaller learning rate.",
              Chart.number(loss.get(0).value()), Chart.number(now)));
    }
  }

  private static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
