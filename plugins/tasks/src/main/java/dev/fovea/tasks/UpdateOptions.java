package dev.fovea.tasks;

import dev.fovea.engine.train.Clipping;
import dev.fovea.engine.train.Optimizers;
import dev.fovea.engine.train.Regularizer;
import dev.fovea.engine.train.Schedule;
import dev.fovea.engine.train.TrainerOptions;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * How a training changes the weights, where that differs from the recipe.
 *
 * @param optimizer its name; empty for the recipe's
 * @param schedule its name; empty for the recipe's
 * @param warmUp share of the steps with a rising learning rate
 * @param weightDecay factor of the L2 penalty, or decay of an optimizer that has one
 * @param clip largest norm of all gradients together
 */
public record UpdateOptions(
    String optimizer,
    String schedule,
    OptionalDouble warmUp,
    OptionalDouble weightDecay,
    OptionalDouble clip) {

  /** The declarations; all are the recipe's unless given. */
  static List<Parameter> declare() {
    return List.of(
        Parameter.choice(
                "Optimizer",
                Optimizers.names(),
                "How gradients change the weights. auto: as the recipe has it. Each wants a"
                    + " learning rate of its own: sgd, momentum, nesterov about 0.01; adam, adamw,"
                    + " rmsprop about 0.001; adadelta 1.")
            .orAuto(),
        Parameter.choice(
                "Schedule", Schedule.names(), "Learning rate over time. auto: a cosine down to 0.")
            .orAuto(),
        Parameter.number(
                "Warm_up (share)", 0, 0.9, 0, "Share of the training in which the rate rises.")
            .orAuto(),
        Parameter.number("Weight_decay", 0, 10, 0, "Keeps weights small; biases are left alone.")
            .orAuto(),
        Parameter.number("Clip (norm)", 1e-9, 1e9, 1, "Largest length of the gradient. auto: any.")
            .orAuto());
  }

  static UpdateOptions bind(Arguments a) {
    return new UpdateOptions(
        a.isAuto("optimizer") ? "" : a.text("optimizer"),
        a.isAuto("schedule") ? "" : a.text("schedule"),
        a.numberUnlessAuto("warm_up"),
        a.numberUnlessAuto("weight_decay"),
        a.numberUnlessAuto("clip"));
  }

  /** A recipe's options with these. */
  TrainerOptions apply(TrainerOptions recipe) {
    TrainerOptions o = recipe;
    if (!schedule.isEmpty()) {
      String monitor = o.selection().monitor();
      o = o.withSchedule(Schedule.named(schedule, monitor == null ? "loss" : monitor));
    }
    if (warmUp.isPresent()) {
      o = o.withSchedule(o.updates().schedule().withWarmUp(warmUp.getAsDouble()));
    }
    if (weightDecay.isPresent()) {
      o = o.withRegularizer(Regularizer.l2(weightDecay.getAsDouble()));
    }
    if (!optimizer.isEmpty()) {
      double decay = weightDecay.orElse(Optimizers.ADAMW_DECAY);
      o = o.withOptimizer(() -> Optimizers.named(optimizer, decay));
      if (Optimizers.decouplesDecay(optimizer)) {
        o = o.withRegularizer(Regularizer.none());
      }
    }
    return clip.isPresent() ? o.withClipping(Clipping.byGlobalNorm(clip.getAsDouble())) : o;
  }

  /** What was given, as attributes of a model card. */
  Map<String, String> provenance() {
    Map<String, String> given = new TreeMap<>();
    if (!optimizer.isEmpty()) {
      given.put("optimizer", optimizer);
    }
    if (!schedule.isEmpty()) {
      given.put("schedule", schedule);
    }
    warmUp.ifPresent(x -> given.put("warm_up", Double.toString(x)));
    weightDecay.ifPresent(x -> given.put("weight_decay", Double.toString(x)));
    clip.ifPresent(x -> given.put("clip", Double.toString(x)));
    return given;
  }
}
