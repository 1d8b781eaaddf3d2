package dev.fovea.detection.twostage;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.Detection;
import dev.fovea.detection.Thresholds;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.BoxCoder;
import dev.fovea.detection.box.Nms;
import dev.fovea.detection.box.Overlap;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * R-CNN (Girshick et al. 2014, "Rich feature hierarchies"): each proposal is warped to a square, a
 * classifier gives its features, linear support vector machines, one for each class, say what it
 * is, and ridge regressions move its box. Slow, as the network runs anew for each proposal: what
 * {@link FastRcnn} was made to avoid. Thread-safe.
 *
 * <p>Scores are margins of the support vector machines; {@link Thresholds#score} is compared with
 * their logistic function, {@code 1 / (1 + exp(-margin))}.
 */
public final class Rcnn {
  private static final int BATCH = 64;

  /** Of the features, at which the numbers of the paper below make sense. */
  private static final double NORM = 20;

  private static final double COST = 1e-3;
  private static final double LAMBDA = 1000;
  private static final double NEGATIVE = 0.3;
  private static final double MOVED = 0.6;

  /** A negative that is beyond the margin by less than this is hard. */
  private static final double HARD = -1;

  /** The machine is trained anew when there are so many times the negatives it has seen. */
  private static final double GROWTH = 1.2;

  private final RegionWarp warp;
  private final Inference features;
  private final List<Machine> machines;
  private final double scale;

  /** What belongs to a class. */
  private record Machine(LinearSvm svm, RidgeRegression moves) {}

  private Rcnn(RegionWarp warp, Inference features, List<Machine> machines, double scale) {
    this.warp = warp;
    this.features = features;
    this.machines = machines;
    this.scale = scale;
  }

  /** Regions of a picture and their features. */
  private record Seen(List<Box> regions, List<float[]> vectors, List<Annotation> objects) {}

  /**
   * Trains the machines on pictures with proposals. Positive for a class are its true boxes alone,
   * negative are regions that overlap none of them by more than 0.3: all those of one picture after
   * the other that are hard for the machine trained so far are added (hard negative mining, one
   * pass). Boxes are learnt from regions that overlap an object by more than 0.6.
   *
   * @param features from {@code [N, C, side, side]} to {@code [N, K]}, such as {@code
   *     TransferLearning.features} makes of a classifier
   * @param warp of the regions to that side
   * @param classes number of classes
   * @throws IllegalArgumentException if a class has no object
   */
  public static Rcnn train(
      Graph features,
      RegionWarp warp,
      ProposalSamples pictures,
      int classes,
      SessionOptions options,
      long seed) {
    Inference network = Passes.open(features, options);
    List<Seen> seen = new ArrayList<>();
    for (int p = 0; p < pictures.size(); p++) {
      List<Annotation> objects = pictures.objects(p).stream().filter(o -> !o.difficult()).toList();
      List<Box> regions = new ArrayList<>(objects.stream().map(Annotation::box).toList());
      regions.addAll(pictures.proposals(p));
      seen.add(new Seen(regions, vectors(network, warp, pictures.input(p), regions, 1), objects));
    }
    double scale = scale(seen);
    seen.forEach(s -> s.vectors().forEach(v -> multiply(v, scale)));
    List<Machine> machines =
        IntStream.range(0, classes)
            .mapToObj(label -> new Machine(svm(seen, label, seed), moves(seen, label)))
            .toList();
    return new Rcnn(warp, network, machines, scale);
  }

  /** Brings the mean length of the features to that for which the costs are meant. */
  private static double scale(List<Seen> seen) {
    double mean =
        seen.stream()
            .flatMap(s -> s.vectors().stream())
            .mapToDouble(Rcnn::norm)
            .average()
            .orElseThrow();
    return mean > 0 ? NORM / mean : 1;
  }

  private static double norm(float[] vector) {
    double squares = 0;
    for (float v : vector) {
      squares += (double) v * v;
    }
    return Math.sqrt(squares);
  }

  private static void multiply(float[] vector, double by) {
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= (float) by;
    }
  }

  private static LinearSvm svm(List<Seen> seen, int label, long seed) {
    List<float[]> positive = new ArrayList<>();
    List<float[]> negative = new ArrayList<>();
    LinearSvm svm = null;
    for (Seen s : seen) {
      for (int o = 0; o < s.objects().size(); o++) {
        if (s.objects().get(o).label() == label) {
          positive.add(s.vectors().get(o));
        }
      }
    }
    if (positive.isEmpty()) {
      throw new IllegalArgumentException(
          "R-CNN: found no object of class " + label + ", expected at least one");
    }
    int known = 0;
    for (Seen s : seen) {
      for (int r = 0; r < s.regions().size(); r++) {
        boolean hard = svm == null || svm.score(s.vectors().get(r)) > HARD;
        if (hard && isBackground(s, s.regions().get(r), label)) {
          negative.add(s.vectors().get(r));
        }
      }
      // Not after each picture, which would take far longer and change little.
      if (negative.size() > GROWTH * known) {
        svm = LinearSvm.train(positive, negative, COST, seed);
        known = negative.size();
      }
    }
    return LinearSvm.train(positive, negative, COST, seed);
  }

  private static boolean isBackground(Seen seen, Box region, int label) {
    return seen.objects().stream()
        .filter(o -> o.label() == label)
        .noneMatch(o -> Overlap.IOU.of(o.box(), region) > NEGATIVE);
  }

  private static RidgeRegression moves(List<Seen> seen, int label) {
    List<float[]> from = new ArrayList<>();
    List<double[]> to = new ArrayList<>();
    for (Seen s : seen) {
      for (int r = 0; r < s.regions().size(); r++) {
        Box region = s.regions().get(r);
        Annotation nearest =
            s.objects().stream()
                .max(Comparator.comparingDouble(o -> Overlap.IOU.of(o.box(), region)))
                .orElse(null);
        if (nearest != null
            && nearest.label() == label
            && Overlap.IOU.of(nearest.box(), region) > MOVED) {
          from.add(s.vectors().get(r));
          to.add(BoxCoder.UNIT.encode(region, nearest.box()));
        }
      }
    }
    return RidgeRegression.fit(from, to, LAMBDA);
  }

  /** The features of regions, times a factor. */
  private static List<float[]> vectors(
      Inference network, RegionWarp warp, Tensor picture, List<Box> regions, double scale) {
    List<float[]> vectors = new ArrayList<>();
    int channels = picture.shape().dim(1);
    for (int first = 0; first < regions.size(); first += BATCH) {
      int n = Math.min(BATCH, regions.size() - first);
      Tensor crops = Tensor.zeros(Shape.of(n, channels, warp.side(), warp.side()));
      for (int i = 0; i < n; i++) {
        warp.apply(picture, regions.get(first + i), crops.slice(i, i + 1));
      }
      Tensor said = network.forward(crops).get(0);
      for (int i = 0; i < n; i++) {
        float[] vector = said.slice(i, i + 1).toArray();
        multiply(vector, scale);
        vectors.add(vector);
      }
    }
    return vectors;
  }

  /**
   * Looks at the proposals of a picture.
   *
   * @param picture prepared as those that it was trained on, {@code [1, C, H, W]}
   * @param proposals in its pixels, each with an area
   * @return finds in its pixels, by falling score
   */
  public List<Detection> detect(Tensor picture, List<Box> proposals, Thresholds thresholds) {
    List<float[]> vectors = vectors(features, warp, picture, proposals, scale);
    double width = picture.shape().dim(3);
    double height = picture.shape().dim(2);
    List<Detection> found = new ArrayList<>();
    for (int label = 0; label < machines.size(); label++) {
      List<Box> boxes = new ArrayList<>();
      List<Float> scores = new ArrayList<>();
      for (int r = 0; r < proposals.size(); r++) {
        float[] vector = vectors.get(r);
        double score = 1 / (1 + Math.exp(-machines.get(label).svm().score(vector)));
        if (score >= thresholds.score()) {
          double[] moves = machines.get(label).moves().predict(vector);
          Box box = BoxCoder.UNIT.decode(proposals.get(r), moves).clip(width, height);
          if (!box.isEmpty()) {
            boxes.add(box);
            scores.add((float) score);
          }
        }
      }
      float[] all = new float[scores.size()];
      for (int i = 0; i < all.length; i++) {
        all[i] = scores.get(i);
      }
      for (int kept : Nms.of(thresholds.iou()).select(boxes, all)) {
        found.add(Detection.of(label, all[kept], boxes.get(kept)));
      }
    }
    return found.stream()
        .sorted(Comparator.comparingDouble(d -> -d.score()))
        .limit(thresholds.most())
        .toList();
  }
}
