package dev.fovea.detection.onestage;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.loss.BoxLoss;
import dev.fovea.detection.train.ObjectRows;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.SessionLearner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The losses of {@link Yolo}: binary cross-entropy of all scores with what the assigner wants, and
 * {@code 1 - CIoU} of the boxes of positive cells, weighted by what they have to say; both divided
 * by the sum of these over the batch. What the assigner wants counts as a constant in the gradient.
 * Background cells inside objects to be ignored do not count. Immutable and thread-safe.
 *
 * @param classes number of classes
 * @param assigner says which cells have to find what
 */
record YoloLoss(int classes, CellAssigner assigner) implements SessionLearner.Objective {
  /** Weight of the boxes. */
  private static final double BOXES = 5;

  /** Logarithms of distances beyond are cut off, so that no box is empty or infinite. */
  private static final double LARGEST_LOG = 8;

  private static final int EDGES = 4;

  /** The maps of a batch: those of boxes and those of classes, of each level. */
  private record Maps(List<Tensor> boxes, List<Tensor> classes) {
    static Maps of(List<Tensor> tensors) {
      return new Maps(every(tensors, 0), every(tensors, 1));
    }

    private static List<Tensor> every(List<Tensor> tensors, int from) {
      return IntStream.range(0, tensors.size() / 2)
          .mapToObj(l -> tensors.get(2 * l + from))
          .toList();
    }

    HeadLayout layout() {
      List<Shape> shapes = boxes.stream().map(Tensor::shape).toList();
      return new HeadLayout(shapes, EDGES);
    }
  }

  /** What the cells of a picture say of boxes, and have to say. */
  private record Wanted(
      List<Box> boxes,
      List<Annotation> objects,
      CellAssigner.Assignment assignment,
      boolean[] ignored) {

    double sum() {
      double sum = 0;
      for (double s : assignment.score()) {
        sum += s;
      }
      return sum;
    }
  }

  @Override
  public Map<String, Double> evaluate(
      List<Tensor> outputs,
      Tensor target,
      Tensor weights,
      List<Tensor> gradients,
      Parallel parallel) {
    Maps maps = Maps.of(outputs);
    HeadLayout layout = maps.layout();
    int pictures = target.shape().dim(0);
    Wanted[] wanted = new Wanted[pictures];
    parallel.run(pictures, i -> wanted[i] = wanted(maps, layout, target, i));
    double sum = 0;
    for (Wanted w : wanted) {
      sum += w.sum();
    }
    double divisor = Math.max(1, sum);
    gradients.forEach(g -> g.fill(0));
    Maps into = Maps.of(gradients);
    double[] ofBoxes = new double[pictures];
    double[] ofClasses = new double[pictures];
    parallel.run(
        pictures,
        i -> {
          ofBoxes[i] = boxes(maps, into, layout, i, wanted[i], BOXES / divisor);
          ofClasses[i] = classes(maps, into, layout, i, wanted[i], 1 / divisor);
        });
    Map<String, Double> losses = new LinkedHashMap<>();
    losses.put("boxes", IntStream.range(0, pictures).mapToDouble(i -> ofBoxes[i]).sum());
    losses.put("classes", IntStream.range(0, pictures).mapToDouble(i -> ofClasses[i]).sum());
    return losses;
  }

  private Wanted wanted(Maps maps, HeadLayout layout, Tensor target, int picture) {
    List<Box> boxes = new ArrayList<>(layout.size());
    double[] centres = new double[2 * layout.size()];
    for (int cell = 0; cell < layout.size(); cell++) {
      boxes.add(box(maps.boxes(), layout, picture, cell));
      centres[2 * cell] = centre(layout.column(cell), layout, cell);
      centres[2 * cell + 1] = centre(layout.row(cell), layout, cell);
    }
    List<Annotation> all = ObjectRows.read(target, picture);
    List<Annotation> objects = all.stream().filter(o -> !o.difficult()).toList();
    CellAssigner.Assignment assignment =
        assigner.assign(
            boxes,
            centres,
            (cell, label) ->
                Heads.sigmoid(layout.get(maps.classes(), picture, cell, label, classes)),
            objects.stream().map(Annotation::box).toList(),
            objects.stream().mapToInt(Annotation::label).toArray());
    boolean[] ignored = new boolean[layout.size()];
    for (Annotation object : all) {
      for (int cell = 0; object.difficult() && cell < ignored.length; cell++) {
        Box point = Box.ofCentre(centres[2 * cell], centres[2 * cell + 1], 1, 1);
        ignored[cell] |= object.box().intersection(point) > 0;
      }
    }
    return new Wanted(boxes, objects, assignment, ignored);
  }

  private double boxes(
      Maps maps, Maps into, HeadLayout layout, int picture, Wanted wanted, double weight) {
    double sum = 0;
    for (int cell = 0; cell < layout.size(); cell++) {
      int truth = wanted.assignment().truth()[cell];
      double share = weight * wanted.assignment().score()[cell];
      if (truth < 0 || share == 0) {
        continue;
      }
      Box box = wanted.boxes().get(cell);
      Box right = wanted.objects().get(truth).box();
      sum += share * BoxLoss.CIOU.value(box, right);
      double[] byEdge = BoxLoss.CIOU.gradient(box, right);
      for (int e = 0; e < EDGES; e++) {
        double raw = layout.get(maps.boxes(), picture, cell, e, EDGES);
        double distance = stride(layout, cell) * Math.exp(raw);
        double ofRaw = Math.abs(raw) < LARGEST_LOG ? distance : 0;
        // The left and the upper edge fall as their distance grows.
        double sign = e < 2 ? -1 : 1;
        layout.add(into.boxes(), picture, cell, e, EDGES, share * byEdge[e] * sign * ofRaw);
      }
    }
    return sum;
  }

  private double classes(
      Maps maps, Maps into, HeadLayout layout, int picture, Wanted wanted, double weight) {
    double sum = 0;
    for (int cell = 0; cell < layout.size(); cell++) {
      int truth = wanted.assignment().truth()[cell];
      if (truth < 0 && wanted.ignored()[cell]) {
        continue;
      }
      int label = truth < 0 ? -1 : wanted.objects().get(truth).label();
      for (int c = 0; c < classes; c++) {
        double right = c == label ? wanted.assignment().score()[cell] : 0;
        double x = layout.get(maps.classes(), picture, cell, c, classes);
        sum += weight * Heads.crossEntropy(x, right);
        layout.add(into.classes(), picture, cell, c, classes, weight * (Heads.sigmoid(x) - right));
      }
    }
    return sum;
  }

  /** Strides double from level to level, from 8 on. */
  private static double stride(HeadLayout layout, int cell) {
    return 8 << layout.level(cell);
  }

  private static double centre(int at, HeadLayout layout, int cell) {
    return (at + 0.5) * stride(layout, cell);
  }

  /** The box that a cell says, in pixels of the input. */
  static Box box(List<Tensor> maps, HeadLayout layout, int picture, int cell) {
    double[] d = new double[EDGES];
    for (int e = 0; e < EDGES; e++) {
      double raw = layout.get(maps, picture, cell, e, EDGES);
      d[e] = stride(layout, cell) * Math.exp(Math.max(-LARGEST_LOG, Math.min(LARGEST_LOG, raw)));
    }
    double x = centre(layout.column(cell), layout, cell);
    double y = centre(layout.row(cell), layout, cell);
    return new Box(x - d[0], y - d[1], x + d[2], y + d[3]);
  }

  /** Reads the maps of one picture. */
  void decode(List<Tensor> outputs, Candidates candidates) {
    Maps maps = Maps.of(outputs);
    HeadLayout layout = maps.layout();
    for (int cell = 0; cell < layout.size(); cell++) {
      for (int c = 0; c < classes; c++) {
        double score = Heads.sigmoid(layout.get(maps.classes(), 0, cell, c, classes));
        if (score >= candidates.score()) {
          candidates.add(box(maps.boxes(), layout, 0, cell), score, c);
        }
      }
    }
  }
}
