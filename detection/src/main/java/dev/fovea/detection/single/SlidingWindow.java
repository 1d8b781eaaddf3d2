package dev.fovea.detection.single;

import dev.fovea.detection.Detection;
import dev.fovea.detection.Thresholds;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.Nms;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Resampling;
import dev.fovea.engine.image.SampleType;
import dev.fovea.engine.image.Transforms;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.surgery.DenseClassifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * A classifier that slides over a picture in several sizes (Sermanet et al., "OverFeat", ICLR
 * 2014): its fully connected layers become convolutions ({@link DenseClassifier}), so that one run
 * gives the classes of all windows, and what neighbouring windows have in common is computed once.
 * Thread-safe.
 */
public final class SlidingWindow {
  private final Inference dense;
  private final int width;
  private final int height;
  private final int stride;
  private final int background;

  /**
   * A sliding classifier.
   *
   * @param classifier one input {@code [N, C, H, W]}, a window; its output {@code [N, classes]} are
   *     probabilities
   * @param background label of windows without an object; -1 if there is none
   * @param runtime opens the dense network
   */
  public SlidingWindow(Graph classifier, int background, Function<Graph, Inference> runtime) {
    Shape window = classifier.inputs().get(0).shape();
    Graph graph = DenseClassifier.of(classifier);
    this.height = window.dim(2);
    this.width = window.dim(3);
    this.background = background;
    this.stride = stride(graph, window);
    this.dense = runtime.apply(graph);
  }

  /** Pixels from one window to the next: by how much an input must grow for one window more. */
  private static int stride(Graph dense, Shape window) {
    for (int more = 1; more <= window.dim(3); more++) {
      Shape larger = window.with(0, 1).with(3, window.dim(3) + more);
      Shape out = dense.inferShapes(List.of(larger)).get(dense.outputs().get(0));
      if (out.dim(3) > 1) {
        return more;
      }
    }
    throw new IllegalArgumentException(
        "sliding window: found no second window within twice the size of the first, " + window);
  }

  /** Pixels from one window to the next. */
  public int stride() {
    return stride;
  }

  /**
   * Looks at all windows of a picture.
   *
   * @param picture {@code [1, C, H, W]}, prepared as the classifier wants it
   * @param scales magnifications at which the windows slide: 0.5 finds objects twice as large as a
   *     window; those at which no window fits are left out
   * @return finds in pixels of the picture, by falling score
   */
  public List<Detection> detect(Tensor picture, List<Double> scales, Thresholds thresholds) {
    List<Detection> all = new ArrayList<>();
    for (double scale : scales) {
      Tensor scaled = scaled(picture, scale);
      if (scaled.shape().dim(2) >= height && scaled.shape().dim(3) >= width) {
        double byX = (double) scaled.shape().dim(3) / picture.shape().dim(3);
        double byY = (double) scaled.shape().dim(2) / picture.shape().dim(2);
        Tensor said = dense.forward(scaled).get(0);
        collect(said, byX, byY, thresholds.score(), all);
      }
    }
    float[] scores = new float[all.size()];
    int[] labels = new int[all.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) all.get(i).score();
      labels[i] = all.get(i).label();
    }
    List<Detection> kept = new ArrayList<>();
    List<Box> boxes = all.stream().map(Detection::box).toList();
    for (int i : Nms.of(thresholds.iou()).selectWithin(boxes, scores, labels)) {
      kept.add(all.get(i));
    }
    return kept.stream()
        .sorted(Comparator.comparingDouble(d -> -d.score()))
        .limit(thresholds.most())
        .toList();
  }

  private static Tensor scaled(Tensor picture, double scale) {
    int newWidth = (int) Math.max(1, Math.round(picture.shape().dim(3) * scale));
    int newHeight = (int) Math.max(1, Math.round(picture.shape().dim(2) * scale));
    if (scale == 1) {
      return picture;
    }
    return Transforms.resize(
            Image.fromTensor(picture, SampleType.FLOAT32), newWidth, newHeight, Resampling.TRIANGLE)
        .toTensor();
  }

  private void collect(Tensor said, double byX, double byY, double least, List<Detection> all) {
    int rows = said.shape().dim(2);
    int columns = said.shape().dim(3);
    for (int label = 0; label < said.shape().dim(1); label++) {
      for (int i = 0; i < rows * columns && label != background; i++) {
        float score = said.get(label * rows * columns + i);
        if (score >= least) {
          int row = i / columns;
          int column = i % columns;
          Box window =
              Box.ofSize((double) column * stride, (double) row * stride, width, height)
                  .scale(1 / byX, 1 / byY);
          all.add(Detection.of(label, score, window));
        }
      }
    }
  }
}
