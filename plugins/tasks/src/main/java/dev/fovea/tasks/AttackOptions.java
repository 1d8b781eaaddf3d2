package dev.fovea.tasks;

import dev.fovea.visualize.adversarial.Attack;
import dev.fovea.visualize.adversarial.Ball;
import dev.fovea.visualize.adversarial.CarliniWagner;
import dev.fovea.visualize.adversarial.DeepFool;
import dev.fovea.visualize.adversarial.FastGradientSign;
import dev.fovea.visualize.adversarial.Norm;
import dev.fovea.visualize.adversarial.ProjectedGradient;
import dev.fovea.visualize.adversarial.SquareAttack;
import java.util.List;
import java.util.Locale;

/**
 * How attacks work, apart from their strength.
 *
 * @param norm by which the change of a picture is measured
 * @param steps of attacks that take several
 * @param restarts random starts of pgd
 * @param queries runs of the network for a picture, of square
 */
public record AttackOptions(Norm norm, int steps, int restarts, int queries) {
  private static final String NORM = "norm";
  private static final String STEPS = "steps";
  private static final String RESTARTS = "restarts";
  private static final String QUERIES = "queries";
  private static final String LINF = "linf";
  private static final String L2 = "l2";
  private static final double SQUARES = 0.8;
  private static final int USUAL_STEPS = 40;

  /** Names of the attacks as users type them. */
  static final List<String> NAMES =
      List.of("fgsm", "bim", "pgd", "mim", "deepfool", "cw", "square");

  static List<Parameter> declare() {
    return List.of(
        Parameter.choice(
            "Norm",
            List.of(LINF, L2),
            "How the change of a picture is measured: its largest element, or the root of the sum of"
                + " squares; 1 is the range from black to white."),
        Parameter.integer("Steps", 1, 10_000, USUAL_STEPS, "Steps of bim, pgd, mim and cw."),
        Parameter.integer("Restarts", 1, 100, 1, "Random starts of pgd."),
        Parameter.integer(
            "Queries", 1, 1_000_000, 1000, "Runs of the network for a picture, of square."));
  }

  static AttackOptions bind(Arguments a) {
    return new AttackOptions(
        a.text(NORM).equals(L2) ? Norm.L2 : Norm.L_INF,
        a.integer(STEPS),
        a.integer(RESTARTS),
        a.integer(QUERIES));
  }

  /**
   * An attack.
   *
   * @param epsilon radius of its ball; infinite for none
   * @throws IllegalArgumentException if there is none of the name, or it has another norm
   */
  Attack named(String name, double epsilon) {
    Ball ball = Ball.of(norm, epsilon);
    return switch (name) {
      case "fgsm" -> new FastGradientSign(ball);
      case "bim" -> ProjectedGradient.bim(ball, steps);
      case "pgd" -> ProjectedGradient.pgd(ball, steps).withRestarts(restarts);
      case "mim" -> ProjectedGradient.momentumIterative(ball, steps);
      case "deepfool" -> DeepFool.of(ball);
      case "cw" -> carliniWagner(ball);
      case "square" -> new SquareAttack(ball, queries, SQUARES);
      default ->
          throw new IllegalArgumentException(
              "attack: found '" + name + "', expected one of " + String.join(", ", NAMES));
    };
  }

  private Attack carliniWagner(Ball ball) {
    if (ball.norm() != Norm.L2) {
      throw new IllegalArgumentException(
          NORM + ": found " + LINF + " with the attack cw, expected " + L2);
    }
    CarliniWagner usual = CarliniWagner.of(ball);
    return new CarliniWagner(
        ball, usual.searches(), steps, usual.rate(), usual.start(), usual.confidence());
  }

  /** The norm as users type it. */
  String normText() {
    return norm.name().toLowerCase(Locale.ROOT).replace("_", "");
  }
}
