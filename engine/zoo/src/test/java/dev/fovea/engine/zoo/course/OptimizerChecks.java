package dev.fovea.engine.zoo.course;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Adam;
import dev.fovea.engine.train.Optimizer;
import dev.fovea.engine.train.RmsProp;
import dev.fovea.engine.train.Sgd;
import java.util.List;
import java.util.Map;

/** One step of each optimizer, from a state in the middle of a training. */
final class OptimizerChecks {

  private OptimizerChecks() {}

  static Map<String, CourseCheck> all() {
    return Map.of(
        "sgd_momentum", OptimizerChecks::momentum,
        "rmsprop", OptimizerChecks::rmsprop,
        "adam", OptimizerChecks::adam);
  }

  private static void momentum(CourseEntry e, Backend backend, Found found) {
    step(e, found, new Sgd(0.9), 1e-3, "velocity");
  }

  private static void rmsprop(CourseEntry e, Backend backend, Found found) {
    step(e, found, new RmsProp(0.99, 1e-8), 1e-2, "cache");
  }

  /** The course counts a step before it is taken: after five of them, this is number 6. */
  private static void adam(CourseEntry e, Backend backend, Found found) {
    Optimizer adam = new Adam();
    adam.setSteps(5);
    step(e, found, adam, 1e-2, "m", "v");
  }

  private static void step(
      CourseEntry e, Found found, Optimizer optimizer, double rate, String... state) {
    Tensor w = e.in("w");
    optimizer.attach(List.of(w));
    for (int i = 0; i < state.length; i++) {
      optimizer.state().get(i).copyFrom(e.in(state[i]));
    }
    optimizer.step(List.of(e.in("dw")), rate);
    found.single("next_w", w);
    for (int i = 0; i < state.length; i++) {
      found.single(state[i], optimizer.state().get(i));
    }
  }
}
