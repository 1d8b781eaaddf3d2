package dev.fovea.detection.onestage;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.GridAnchors;
import dev.fovea.detection.box.Overlap;
import dev.fovea.detection.box.YoloCoder;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.SessionLearner;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The losses of {@link YoloV3}. Each object is found by one anchor: that of the most similar shape
 * (IoU with the same centre) of all levels, on the cell where the centre of the object is; if it is
 * taken, by the next most similar one. An anchor without an object has to say so, unless the box
 * that it says overlaps an object by more than one half, or its middle is in an object to be
 * ignored.
 *
 * <p>Per object: binary cross-entropy of the centre in its cell and half the squared error of
 * {@code t_w} and {@code t_h}, small objects counting up to twice as much ({@code 2 - w h / (W H)},
 * as in the program of the paper), and of its classes; per anchor: binary cross-entropy of the
 * objectness. All are divided by the number of objects of the batch. Immutable and thread-safe.
 *
 * @param anchors of the network
 * @param classes number of classes
 */
record YoloV3Loss(GridAnchors anchors, int classes) implements SessionLearner.Objective {
  private static final double OVERLAPPING = 0.5;
  private static final int BOX = OneStageDesign.BOX;

  /** A centre on the border of a cell has no logarithm of odds. */
  private static final double BORDER = 1e-4;

  /**
   * What the anchors of a picture have to say.
   *
   * @param objects that are to be found
   * @param of index of the object of each anchor, or one of the constants
   */
  private record Wanted(List<Annotation> objects, int[] of) {
    static final int NOTHING = -1;
    static final int IGNORED = -2;
  }

  private int numbers() {
    return YoloV3.NUMBERS + classes;
  }

  @Override
  public Map<String, Double> evaluate(
      List<Tensor> outputs,
      Tensor target,
      Tensor weights,
      List<Tensor> gradients,
      Parallel parallel) {
    HeadLayout layout = OneStageDesign.layout(outputs, numbers());
    Wanted[] wanted = new Wanted[target.shape().dim(0)];
    parallel.run(wanted.length, i -> wanted[i] = assign(layout, outputs, target, i));
    int objects = Arrays.stream(wanted).mapToInt(w -> w.objects().size()).sum();
    gradients.forEach(g -> g.fill(0));
    double[][] sums = new double[wanted.length][];
    parallel.run(
        wanted.length,
        i ->
            sums[i] =
                picture(layout, outputs, gradients, wanted[i], i, 1.0 / Math.max(1, objects)));
    Map<String, Double> losses = new LinkedHashMap<>();
    List<String> names = List.of("boxes", "objectness", "classes");
    for (int k = 0; k < names.size(); k++) {
      int part = k;
      losses.put(names.get(k), Arrays.stream(sums).mapToDouble(s -> s[part]).sum());
    }
    return losses;
  }

  private Wanted assign(HeadLayout layout, List<Tensor> maps, Tensor target, int picture) {
    List<Annotation> objects = OneStageDesign.wanted(target, picture);
    List<Box> ignore = OneStageDesign.toIgnore(target, picture);
    int[] of = new int[layout.size()];
    for (int a = 0; a < of.length; a++) {
      Box box = box(layout, maps, picture, a);
      boolean near = objects.stream().anyMatch(o -> Overlap.IOU.of(box, o.box()) > OVERLAPPING);
      boolean passed = near || OneStageDesign.ignored(middle(layout, a), ignore);
      of[a] = passed ? Wanted.IGNORED : Wanted.NOTHING;
    }
    for (int t = 0; t < objects.size(); t++) {
      Box box = objects.get(t).box();
      int object = t;
      candidates(layout, box)
          .filter(a -> of[a] < 0)
          .boxed()
          .min(Comparator.comparingDouble(a -> -likeness(layout, a, box)))
          .ifPresent(a -> of[a] = object);
    }
    return new Wanted(objects, of);
  }

  /** All anchors on the cells where a box has its centre. */
  private IntStream candidates(HeadLayout layout, Box box) {
    return IntStream.range(0, anchors.levels().size())
        .flatMap(
            level -> {
              double stride = anchors.levels().get(level).stride();
              int row = (int) Box.clamp(box.cy() / stride, 0, layout.rows(level) - 1);
              int column = (int) Box.clamp(box.cx() / stride, 0, layout.columns(level) - 1);
              return IntStream.range(0, YoloV3.SHAPES)
                  .map(shape -> layout.anchor(level, row, column, shape));
            });
  }

  /** The overlap of an anchor and a box laid on the same centre. */
  private double likeness(HeadLayout layout, int anchor, Box box) {
    GridAnchors.Size shape = shape(layout, anchor);
    return Overlap.IOU.of(
        Box.ofCentre(0, 0, shape.width(), shape.height()),
        Box.ofCentre(0, 0, box.width(), box.height()));
  }

  /** Adds the gradients of a picture, and gives the losses of boxes, objectness and classes. */
  private double[] picture(
      HeadLayout layout,
      List<Tensor> maps,
      List<Tensor> into,
      Wanted wanted,
      int picture,
      double weight) {
    double[] sums = new double[3];
    for (int a = 0; a < wanted.of().length; a++) {
      int object = wanted.of()[a];
      if (object == Wanted.IGNORED) {
        continue;
      }
      Anchor anchor = new Anchor(layout, maps, into, picture, a);
      sums[1] += anchor.score(YoloV3.OBJECTNESS, object >= 0 ? 1 : 0, weight);
      if (object >= 0) {
        Annotation annotation = wanted.objects().get(object);
        sums[0] += anchor.place(annotation.box(), weight);
        for (int c = 0; c < classes; c++) {
          double right = c == annotation.label() ? 1 : 0;
          sums[2] += anchor.score(YoloV3.NUMBERS + c, right, weight);
        }
      }
    }
    return sums;
  }

  /** The numbers of an anchor, and where their gradients belong. */
  private final class Anchor {
    private final HeadLayout layout;
    private final List<Tensor> maps;
    private final List<Tensor> into;
    private final int picture;
    private final int at;

    Anchor(HeadLayout layout, List<Tensor> maps, List<Tensor> into, int picture, int at) {
      this.layout = layout;
      this.maps = maps;
      this.into = into;
      this.picture = picture;
      this.at = at;
    }

    /** Binary cross-entropy of a number. */
    double score(int number, double right, double weight) {
      double x = layout.get(maps, picture, at, number, numbers());
      layout.add(into, picture, at, number, numbers(), weight * (Heads.sigmoid(x) - right));
      return weight * Heads.crossEntropy(x, right);
    }

    /** The losses of the box. */
    double place(Box box, double weight) {
      double stride = anchors.levels().get(layout.level(at)).stride();
      double width = layout.columns(layout.level(at)) * stride;
      double height = layout.rows(layout.level(at)) * stride;
      double ofBox = weight * (2 - box.area() / (width * height));
      double x = Box.clamp(box.cx() / stride - layout.column(at), BORDER, 1 - BORDER);
      double y = Box.clamp(box.cy() / stride - layout.row(at), BORDER, 1 - BORDER);
      GridAnchors.Size shape = shape(layout, at);
      return score(0, x, ofBox)
          + score(1, y, ofBox)
          + size(2, Math.log(box.width() / shape.width()), ofBox)
          + size(3, Math.log(box.height() / shape.height()), ofBox);
    }

    private double size(int number, double right, double weight) {
      double difference = layout.get(maps, picture, at, number, numbers()) - right;
      layout.add(into, picture, at, number, numbers(), weight * difference);
      return weight * difference * difference / 2;
    }
  }

  private GridAnchors.Size shape(HeadLayout layout, int anchor) {
    return anchors.levels().get(layout.level(anchor)).shapes().get(layout.shape(anchor));
  }

  /** The middle of an anchor's cell, as a box of a pixel. */
  private Box middle(HeadLayout layout, int anchor) {
    double stride = anchors.levels().get(layout.level(anchor)).stride();
    return Box.ofCentre(
        (layout.column(anchor) + 0.5) * stride, (layout.row(anchor) + 0.5) * stride, 1, 1);
  }

  /** The box that an anchor says, in pixels of the input. */
  private Box box(HeadLayout layout, List<Tensor> maps, int picture, int anchor) {
    double[] t = new double[BOX];
    for (int e = 0; e < BOX; e++) {
      t[e] = layout.get(maps, picture, anchor, e, numbers());
    }
    return new YoloCoder(anchors.levels().get(layout.level(anchor)).stride())
        .decode(t, layout.column(anchor), layout.row(anchor), shape(layout, anchor));
  }

  /** Reads the maps of one picture: a score is that of the class times the objectness. */
  void decode(List<Tensor> maps, Candidates found) {
    HeadLayout layout = OneStageDesign.layout(maps, numbers());
    for (int a = 0; a < layout.size(); a++) {
      double object = Heads.sigmoid(layout.get(maps, 0, a, YoloV3.OBJECTNESS, numbers()));
      for (int c = 0; c < classes && object >= found.score(); c++) {
        double score =
            object * Heads.sigmoid(layout.get(maps, 0, a, YoloV3.NUMBERS + c, numbers()));
        if (score >= found.score()) {
          found.add(box(layout, maps, 0, a), score, c);
        }
      }
    }
  }
}
