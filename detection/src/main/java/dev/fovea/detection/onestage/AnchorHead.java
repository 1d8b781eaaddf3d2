package dev.fovea.detection.onestage;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.BoxCoder;
import dev.fovea.detection.box.GridAnchors;
import dev.fovea.detection.box.Matcher;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.ElementLoss;
import java.util.Arrays;
import java.util.List;

/**
 * What networks have in common that say a coded box and some scores for each anchor, in maps of
 * both in turns: which anchor has to find what, the loss of the boxes, and reading them. Immutable
 * and thread-safe.
 *
 * @param anchors on the cells of the maps
 * @param matcher says which true box an anchor has to find
 * @param coder of boxes relative to their anchors
 * @param loss of the coded boxes, a sum
 */
record AnchorHead(GridAnchors anchors, Matcher matcher, BoxCoder coder, ElementLoss loss) {
  /** Label of anchors that have nothing to say. */
  static final int IGNORED = -1;

  /** Label of anchors without an object; those of objects are 1 and their class. */
  static final int BACKGROUND = 0;

  private static final int BOX = OneStageDesign.BOX;

  /**
   * What the anchors of a batch have to say.
   *
   * @param layout of the maps of boxes
   * @param labels of each picture and anchor
   * @param boxes the coded boxes of positive anchors
   * @param factors of the losses of the boxes' numbers: one over the number of positive anchors
   * @param positives number of positive anchors, at least 1
   */
  record Targets(
      HeadLayout layout, int[][] labels, List<Tensor> boxes, List<Tensor> factors, int positives) {}

  /**
   * Says what the anchors have to say.
   *
   * @param outputs maps of boxes and scores in turns
   * @param target rows of objects
   */
  Targets targets(List<Tensor> outputs, Tensor target, Parallel parallel) {
    List<Tensor> maps = OneStageDesign.every(outputs, 0, 2);
    HeadLayout layout = OneStageDesign.layout(maps, BOX);
    List<Box> all = OneStageDesign.boxes(anchors, maps);
    List<Tensor> boxes = OneStageDesign.zerosLike(maps);
    List<Tensor> factors = OneStageDesign.zerosLike(maps);
    int[][] labels = new int[target.shape().dim(0)][];
    parallel.run(labels.length, i -> labels[i] = labels(layout, all, boxes, factors, target, i));
    long sum = Arrays.stream(labels).flatMapToInt(Arrays::stream).filter(l -> l > 0).count();
    int positives = (int) Math.max(1, sum);
    for (Tensor factor : factors) {
      for (int k = 0; k < factor.size(); k++) {
        factor.array()[k] /= positives;
      }
    }
    return new Targets(layout, labels, boxes, factors, positives);
  }

  private int[] labels(
      HeadLayout layout,
      List<Box> all,
      List<Tensor> boxes,
      List<Tensor> factors,
      Tensor target,
      int picture) {
    List<Annotation> objects = OneStageDesign.wanted(target, picture);
    List<Box> ignore = OneStageDesign.toIgnore(target, picture);
    Matcher.Matches matches = matcher.match(objects.stream().map(Annotation::box).toList(), all);
    int[] labels = new int[all.size()];
    for (int a = 0; a < labels.length; a++) {
      if (matches.label(a) == Matcher.Label.POSITIVE) {
        Annotation object = objects.get(matches.truth(a));
        labels[a] = 1 + object.label();
        double[] coded = coder.encode(all.get(a), object.box());
        for (int e = 0; e < BOX; e++) {
          layout.add(boxes, picture, a, e, BOX, coded[e]);
          layout.add(factors, picture, a, e, BOX, 1);
        }
      } else if (matches.label(a) == Matcher.Label.IGNORED
          || OneStageDesign.ignored(all.get(a), ignore)) {
        labels[a] = IGNORED;
      }
    }
    return labels;
  }

  /**
   * The loss of the boxes, divided by the number of positive anchors.
   *
   * @param gradients maps of boxes and scores in turns; those of boxes are overwritten
   */
  double boxes(List<Tensor> outputs, Targets targets, List<Tensor> gradients, Parallel parallel) {
    double sum = 0;
    for (int l = 0; l < targets.boxes().size(); l++) {
      sum +=
          loss.evaluate(
              outputs.get(2 * l),
              targets.boxes().get(l),
              targets.factors().get(l),
              gradients.get(2 * l),
              parallel);
    }
    return sum;
  }

  /** What the maps of scores say of an anchor. */
  @FunctionalInterface
  interface Scores {
    /** Scores of all classes, 0 to 1, for the first picture. */
    double[] of(HeadLayout layout, List<Tensor> maps, int anchor);
  }

  /** Reads the boxes of one picture whose scores count. */
  void decode(List<Tensor> outputs, Scores scores, Candidates found) {
    List<Tensor> boxMaps = OneStageDesign.every(outputs, 0, 2);
    List<Tensor> scoreMaps = OneStageDesign.every(outputs, 1, 2);
    HeadLayout layout = OneStageDesign.layout(boxMaps, BOX);
    List<Box> all = OneStageDesign.boxes(anchors, boxMaps);
    double[] coded = new double[BOX];
    for (int a = 0; a < all.size(); a++) {
      double[] p = scores.of(layout, scoreMaps, a);
      for (int c = 0; c < p.length; c++) {
        if (p[c] >= found.score()) {
          for (int e = 0; e < BOX; e++) {
            coded[e] = layout.get(boxMaps, 0, a, e, BOX);
          }
          found.add(coder.decode(all.get(a), coded), p[c], c);
        }
      }
    }
  }
}
