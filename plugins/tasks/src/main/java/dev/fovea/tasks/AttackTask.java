package dev.fovea.tasks;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.Classifier;
import dev.fovea.engine.zoo.Prediction;
import dev.fovea.visualize.adversarial.Attack;
import dev.fovea.visualize.adversarial.Ball;
import dev.fovea.visualize.adversarial.DifferentiableModel;
import dev.fovea.visualize.adversarial.EightBits;
import dev.fovea.visualize.adversarial.FoolingImage;
import dev.fovea.visualize.adversarial.Goal;
import dev.fovea.visualize.adversarial.NetworkModel;
import dev.fovea.visualize.adversarial.Norm;
import dev.fovea.visualize.adversarial.PictureModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Makes adversarial pictures of 8 bits: such that a classifier takes them for something else, or a
 * segmenter sees other classes in their pixels.
 */
public final class AttackTask implements ImageTask<AttackTask.Parameters, AttackTask.Result> {
  private static final String MODEL = "model";
  private static final String ATTACK = "attack";
  private static final String EPSILON = "epsilon";
  private static final String TARGET = "target";
  private static final String FOOLING = "noise";
  private static final double USUAL_LINF = 8 / 255.0;
  private static final double USUAL_L2 = 3;

  /** Attacks that look for the smallest change, and have no need of a bound. */
  private static final List<String> MINIMAL = List.of("deepfool", "cw");

  /**
   * How to attack.
   *
   * @param model name of a built-in model, or a file
   * @param attack name of the attack
   * @param epsilon radius of the ball; nothing for the usual of the attack
   * @param options of the attack
   * @param target name or index of the class to be taken for, or {@link Parameter#AUTO} for any
   */
  public record Parameters(
      String model, String attack, OptionalDouble epsilon, AttackOptions options, String target) {}

  /** Tells what a picture is taken for, once it is written. */
  @FunctionalInterface
  public interface Judge {
    /** What is told of a picture that was made of another one. */
    Verdict judge(Image original, Image adversarial);
  }

  /**
   * What is told of an adversarial picture.
   *
   * @param told class that the picture is taken for, with its probability; null of a segmenter
   * @param reached share of the elements for which the goal is reached: 0 or 1 of a classifier
   * @param lInf largest change of a sample, 1 being the range from black to white
   * @param l2 root of the sum of the squared changes
   * @param inBall whether that is inside the ball
   */
  public record Verdict(Prediction told, double reached, double lInf, double l2, boolean inBall) {}

  /**
   * A picture after an attack.
   *
   * @param original the picture in 8 bits
   * @param adversarial the same, changed
   * @param told class that the original is taken for; null of a segmenter
   * @param judge of the adversarial picture
   */
  public record Result(Image original, Image adversarial, Prediction told, Judge judge) {}

  @Override
  public String name() {
    return "attack";
  }

  @Override
  public String description() {
    return "Change pictures so little that nobody sees it, and so that a network is wrong.";
  }

  @Override
  public List<Parameter> parameters() {
    List<String> names = new ArrayList<>(List.of("pgd"));
    AttackOptions.NAMES.stream().filter(n -> !names.contains(n)).forEach(names::add);
    names.add(FOOLING);
    List<Parameter> all = new ArrayList<>();
    all.add(Parameter.model("digits"));
    all.add(
        Parameter.choice(
            "Attack",
            names,
            "How. noise: from noise to a picture without any content that is taken for the target."));
    all.add(
        Parameter.number(
                "Epsilon",
                0,
                1e6,
                USUAL_LINF,
                "Largest change of a picture, 1 being the range from black to white. auto: 8/255, of"
                    + " the norm l2 3, of deepfool and cw as little as they find.")
            .orAuto());
    all.addAll(AttackOptions.declare());
    all.add(
        Parameter.text(
                "Target (class)",
                Parameter.AUTO,
                "Name or index of the class that pictures shall be taken for. auto: any other.")
            .orAuto());
    return all;
  }

  @Override
  public Parameters bind(Arguments a) {
    Parameters p =
        new Parameters(
            a.text(MODEL),
            a.text(ATTACK),
            a.numberUnlessAuto(EPSILON),
            AttackOptions.bind(a),
            a.text(TARGET));
    boolean targeted = !a.isAuto(TARGET);
    if (p.attack().equals("deepfool") && targeted) {
      throw new IllegalArgumentException(
          TARGET + ": found a class with the attack deepfool, expected none");
    }
    if (p.attack().equals(FOOLING) && !targeted) {
      throw new IllegalArgumentException(
          TARGET + ": found none with the attack " + FOOLING + ", expected a class");
    }
    attack(p);
    return p;
  }

  private static Attack attack(Parameters p) {
    if (p.attack().equals(FOOLING)) {
      return new FoolingImage(p.options().steps());
    }
    double usual = p.options().norm() == Norm.L2 ? USUAL_L2 : USUAL_LINF;
    double unbounded = MINIMAL.contains(p.attack()) ? Double.POSITIVE_INFINITY : usual;
    return p.options().named(p.attack(), p.epsilon().orElse(unbounded));
  }

  @Override
  public String modelOf(Parameters parameters) {
    return parameters.model();
  }

  @Override
  public Opened<Result> open(Model model, Parameters p, RunOptions options) {
    if (!options.onOwnEngine()) {
      throw new IllegalArgumentException(
          "runtime: found '"
              + options.runtime()
              + "', expected "
              + RunOptions.OWN_ENGINE
              + ": only it computes gradients");
    }
    ModelCard card = model.requireCard();
    Classifier classifier =
        switch (card.task()) {
          case CLASSIFICATION -> Classifier.of(model.file(), options.inference());
          case SEGMENTATION -> null;
          case DETECTION, STYLE ->
              throw new IllegalArgumentException(
                  "model '"
                      + model.name()
                      + "': found a model for "
                      + Model.describe(card.task())
                      + ", expected one for classification or segmentation");
        };
    DifferentiableModel network =
        new PictureModel(card.preprocessing(), NetworkModel.of(model.graph(), options.inference()));
    int target = ClassNames.indexOf(p.target(), card.classes());
    Run run = new Run(network, attack(p), target, options.seed(), classifier);
    return run::on;
  }

  /**
   * The attack on pictures.
   *
   * @param classifier null for a segmenter
   */
  private record Run(
      DifferentiableModel model, Attack attack, int target, long seed, Classifier classifier) {

    Result on(Image image, TaskContext context) {
      Image original = image.asUint8();
      Tensor x = EightBits.pixels(original);
      int[] evaluations = {0};
      DifferentiableModel watched =
          model.calling(
              () -> {
                context.checkCancelled();
                context.progress(0, "run " + ++evaluations[0] + " of the network");
              });
      Goal goal = goal(watched, x);
      Tensor found = attack.perturb(watched, x, goal, seed);
      Tensor rounded = EightBits.reaching(watched, found, x, goal, attack.ball());
      return new Result(
          original,
          EightBits.image(rounded),
          classifier == null ? null : classifier.classify(original).get(0),
          (before, after) -> judge(goal, before, after));
    }

    private Goal goal(DifferentiableModel watched, Tensor x) {
      int[] told = Goal.told(watched.scores(x));
      if (target < 0) {
        return Goal.awayFrom(told);
      }
      Arrays.fill(told, target);
      return Goal.towards(told);
    }

    private Verdict judge(Goal goal, Image original, Image adversarial) {
      Tensor x = EightBits.pixels(original);
      Tensor changed = EightBits.pixels(adversarial);
      float[] change = new float[x.size()];
      for (int i = 0; i < change.length; i++) {
        change[i] = changed.get(i) - x.get(i);
      }
      Ball ball = attack.ball();
      return new Verdict(
          classifier == null ? null : classifier.classify(adversarial).get(0),
          goal.reached(model.scores(changed))[0],
          Norm.L_INF.of(change),
          Norm.L2.of(change),
          ball.contains(changed, x));
    }
  }
}
