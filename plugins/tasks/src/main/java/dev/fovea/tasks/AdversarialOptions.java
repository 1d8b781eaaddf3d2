package dev.fovea.tasks;

import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.train.Learner;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.Validator;
import dev.fovea.engine.zoo.ClassificationTraining;
import dev.fovea.engine.zoo.architecture.Architecture;
import dev.fovea.visualize.adversarial.AdversarialLearner;
import dev.fovea.visualize.adversarial.Ball;
import dev.fovea.visualize.adversarial.ChannelUnits;
import dev.fovea.visualize.adversarial.Norm;
import dev.fovea.visualize.adversarial.ProjectedGradient;
import dev.fovea.visualize.adversarial.RobustAccuracy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Against which attack a classifier is trained, see {@link AdversarialLearner}.
 *
 * @param attack name of the attack; empty for none
 * @param epsilon largest change of a sample, 0 to 1
 * @param steps of the attack
 * @param ramp training steps in which epsilon grows from 0
 */
public record AdversarialOptions(String attack, double epsilon, int steps, int ramp) {
  private static final String ADVERSARIAL = "adversarial";
  private static final String EPSILON = "epsilon";
  private static final String STEPS = "attack_steps";
  private static final String RAMP = "ramp";
  private static final String NONE = "none";
  private static final String PGD = "pgd";
  private static final double USUAL_EPSILON = 0.3;
  private static final int USUAL_STEPS = 40;
  private static final int USUAL_RAMP = 0;

  /** Validation images that are attacked after each epoch. */
  private static final int VALIDATED = 1000;

  static List<Parameter> declare() {
    return List.of(
        Parameter.choice(
            "Adversarial (attack)",
            List.of(NONE, PGD),
            "Train on adversarial examples made at each step by this attack, in place of the images"
                + " themselves."),
        Parameter.number(
            "Epsilon",
            0,
            1,
            USUAL_EPSILON,
            "Its largest change of a sample, 1 being the range from black to white."),
        Parameter.integer("Attack_steps", 1, 1000, USUAL_STEPS, "Its steps."),
        Parameter.integer(
            "Ramp (steps)",
            0,
            10_000_000,
            USUAL_RAMP,
            "In so many steps of the training epsilon grows from 0."));
  }

  /**
   * As given.
   *
   * @throws IllegalArgumentException if a value would have no effect, or samples are mixed
   */
  static AdversarialOptions bind(Arguments a, SampleOptions samples) {
    String attack = a.text(ADVERSARIAL).equals(NONE) ? "" : a.text(ADVERSARIAL);
    AdversarialOptions options =
        new AdversarialOptions(attack, a.number(EPSILON), a.integer(STEPS), a.integer(RAMP));
    if (!options.isWanted()
        && !options.equals(new AdversarialOptions("", USUAL_EPSILON, USUAL_STEPS, USUAL_RAMP))) {
      throw new IllegalArgumentException(
          "epsilon, attack_steps, ramp: found one without an attack, expected "
              + ADVERSARIAL
              + " too");
    }
    if (options.isWanted() && (samples.mixup() > 0 || samples.cutmix() > 0)) {
      throw new IllegalArgumentException(
          ADVERSARIAL + ": found " + attack + " with mixup or cutmix, expected one of them");
    }
    return options;
  }

  /** Whether examples are made at all. */
  boolean isWanted() {
    return !attack.isEmpty();
  }

  private ProjectedGradient pgd() {
    return ProjectedGradient.pgd(Ball.of(Norm.L_INF, epsilon), steps);
  }

  /** What learns from adversarial examples in place of the samples. */
  Learner.Opening opening(Learner.Opening opening, Preprocessing preprocessing) {
    return AdversarialLearner.opening(
        opening,
        Architecture.LOGITS,
        ChannelUnits.of(preprocessing),
        new AdversarialLearner.Schedule(pgd(), ramp));
  }

  /** Measures what the images are told to be, and what they are told to be when attacked. */
  Validator validator(
      ClassificationDataset images, Preprocessing preprocessing, TrainerOptions options) {
    ClassificationTraining samples =
        new ClassificationTraining(images, preprocessing, Augmentation.NONE);
    Validator clean = samples.validator(options.backend(), options.threads());
    Validator attacked =
        new RobustAccuracy(
            samples,
            Architecture.LOGITS,
            ChannelUnits.of(preprocessing),
            pgd(),
            VALIDATED,
            SessionOptions.inference().on(options.backend()).withThreads(options.threads()),
            options.seed());
    return graph -> {
      Map<String, Double> figures = new TreeMap<>(clean.validate(graph));
      figures.putAll(attacked.validate(graph));
      return figures;
    };
  }

  /** What was given, as attributes of a model card. */
  Map<String, String> provenance() {
    if (!isWanted()) {
      return Map.of();
    }
    return Map.of(
        ADVERSARIAL,
        attack,
        EPSILON,
        Double.toString(epsilon),
        STEPS,
        Integer.toString(steps),
        RAMP,
        Integer.toString(ramp));
  }
}
