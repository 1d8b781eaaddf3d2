package dev.fovea.detection.single;

import dev.fovea.detection.box.Box;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.ElementLoss;
import dev.fovea.engine.train.Learner;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.Reduction;
import dev.fovea.engine.train.SessionLearner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Keypoints by regression (Toshev and Szegedy, "DeepPose", CVPR 2014): a network says for each
 * joint of an object where it is. Coordinates are normalised by the object's box, {@code ((x - cx)
 * / w, (y - cy) / h)}; a joint that is not seen has no part in the loss, which is the squared
 * distance, summed over the joints that are seen and divided by their number. Immutable.
 *
 * <p>The output is {@code joints [N, 2 joints]}, x and y in turns. Targets are {@code [N, 3
 * joints]}: x, y and 1 if the joint is seen, else 0.
 *
 * @param joints number of joints
 */
public record DeepPose(int joints) {
  /** Name of the output. */
  public static final String JOINTS = "joints";

  /** Numbers of a joint in a target. */
  public static final int TARGET = 3;

  private static final Loss LOSS = ElementLoss.l2(Reduction.SUM);

  /**
   * Where a joint is.
   *
   * @param x in pixels
   * @param y in pixels
   * @param seen false if nobody knows
   */
  public record Joint(double x, double y, boolean seen) {}

  /** Checks the number. */
  public DeepPose {
    if (joints < 1) {
      throw new IllegalArgumentException("pose: found " + joints + " joints, expected 1 or more");
    }
  }

  /**
   * A new head on the features of a classifier, the weights of which are shared.
   *
   * @param seed of the head
   */
  public Graph network(Graph classifier, long seed) {
    return new Regressor(classifier, "deep-pose", seed).head(JOINTS, 2 * joints).build();
  }

  /**
   * Writes what is right.
   *
   * @param box of the object, with an area
   * @param target {@code [3 joints]}, overwritten
   * @throws IllegalArgumentException if there is another number of joints
   */
  public void write(List<Joint> truth, Box box, Tensor target) {
    if (truth.size() != joints || box.isEmpty()) {
      throw new IllegalArgumentException(
          "pose: found %d joints in %s, expected %d in a box with an area"
              .formatted(truth.size(), box, joints));
    }
    for (int j = 0; j < joints; j++) {
      Joint joint = truth.get(j);
      int at = target.offset() + TARGET * j;
      target.array()[at] = joint.seen() ? (float) ((joint.x() - box.cx()) / box.width()) : 0;
      target.array()[at + 1] = joint.seen() ? (float) ((joint.y() - box.cy()) / box.height()) : 0;
      target.array()[at + 2] = joint.seen() ? 1 : 0;
    }
  }

  /** The loss. */
  public Learner.Opening learner() {
    return SessionLearner.opening(this::loss, "joints " + joints, JOINTS);
  }

  private Map<String, Double> loss(
      List<Tensor> outputs,
      Tensor target,
      Tensor weights,
      List<Tensor> gradients,
      Parallel parallel) {
    int all = target.shape().dim(0) * joints;
    Tensor places = Tensor.zeros(outputs.get(0).shape());
    Tensor parts = Tensor.zeros(outputs.get(0).shape());
    int seen = 0;
    for (int j = 0; j < all; j++) {
      seen += (int) target.get(TARGET * j + 2);
    }
    for (int j = 0; j < all; j++) {
      for (int c = 0; c < 2; c++) {
        places.array()[2 * j + c] = target.get(TARGET * j + c);
        parts.array()[2 * j + c] = target.get(TARGET * j + 2) / Math.max(1, seen);
      }
    }
    return Map.of(JOINTS, LOSS.evaluate(outputs.get(0), places, parts, gradients.get(0), parallel));
  }

  /** The joints of an object in pixels, from its row of the output. */
  public List<Joint> read(Tensor output, int row, Box box) {
    List<Joint> found = new ArrayList<>();
    for (int j = 0; j < joints; j++) {
      int at = 2 * (row * joints + j);
      found.add(
          new Joint(
              box.cx() + output.get(at) * box.width(),
              box.cy() + output.get(at + 1) * box.height(),
              true));
    }
    return found;
  }

  /**
   * Part of the seen joints that were found within a distance, as a part of the larger side of the
   * box (percentage of correct keypoints).
   *
   * @param distance 0.1 or 0.2 are usual
   * @return -1 if none is seen
   */
  public static double correct(List<Joint> truth, List<Joint> found, Box box, double distance) {
    int seen = 0;
    int near = 0;
    double most = distance * Math.max(box.width(), box.height());
    for (int j = 0; j < truth.size(); j++) {
      if (truth.get(j).seen()) {
        seen++;
        double dx = truth.get(j).x() - found.get(j).x();
        double dy = truth.get(j).y() - found.get(j).y();
        near += Math.hypot(dx, dy) <= most ? 1 : 0;
      }
    }
    return seen == 0 ? -1 : (double) near / seen;
  }
}
