package dev.fovea.detection.onestage;

import dev.fovea.detection.Detection;
import dev.fovea.detection.DetectionNetwork;
import dev.fovea.detection.Detector;
import dev.fovea.detection.DetectorFormat;
import dev.fovea.detection.Frame;
import dev.fovea.detection.Thresholds;
import dev.fovea.detection.box.Box;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.model.Preprocessing.Channels;
import dev.fovea.engine.model.Preprocessing.Resize;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The formats of well-known detectors of others, as their programs export them. A model is
 * recognised by the shapes of its outputs; what its classes are called is known only where there
 * are the 80 of COCO, or faces.
 */
public final class Presets {
  private static final int BOX = 4;
  private static final int OBJECT = 5;
  private static final float MARGIN = 114;
  private static final int[] STRIDES = {8, 16, 32};
  private static final int COCO_CLASSES = 80;

  private Presets() {}

  /** A format with one input {@code [1, 3, H, W]} of which one run gives all candidates. */
  private abstract static class Preset implements DetectorFormat {
    private final String name;

    Preset(String name) {
      this.name = name;
    }

    @Override
    public final String name() {
      return name;
    }

    /** Number of classes, or 0 if outputs of these shapes are of another format. */
    abstract int classes(Shape input, List<Shape> outputs);

    /** How the input is made. */
    abstract Preprocessing preprocessing(int width, int height);

    /** What counts unless the user says otherwise. */
    Thresholds thresholds() {
      return Thresholds.DEFAULT;
    }

    /** Names of the classes. */
    List<String> names(int classes) {
      return classNames(classes);
    }

    abstract void decode(List<Tensor> outputs, Shape input, Candidates candidates);

    @Override
    public final Optional<ModelCard> recognize(Graph graph, ModelCard card) {
      if (graph.inputs().size() != 1 || graph.inputs().get(0).shape().rank() != 4) {
        return Optional.empty();
      }
      Shape input = graph.inputs().get(0).shape();
      List<Shape> outputs = graph.outputs().stream().map(Value::shape).toList();
      int classes = input.dim(1) == 3 ? classes(input, outputs) : 0;
      if (classes < 1) {
        return Optional.empty();
      }
      ModelCard made =
          new ModelCard(
              card == null ? name : card.name(),
              ModelCard.Task.DETECTION,
              card != null && card.classes().size() == classes ? card.classes() : names(classes),
              preprocessing(input.dim(3), input.dim(2)),
              Map.of(Detector.FORMAT, name));
      return Optional.of(thresholds().writtenTo(made));
    }

    @Override
    public final DetectionNetwork open(
        Graph graph, ModelCard card, Function<Graph, Inference> runtime) {
      return new OneStageNetwork(runtime.apply(graph), this::decode);
    }
  }

  /** The names of COCO's 80 classes in their usual order; {@code class0} and so on for others. */
  static List<String> classNames(int classes) {
    if (classes != COCO_CLASSES) {
      return IntStream.range(0, classes).mapToObj(i -> "class" + i).toList();
    }
    try (InputStream in = Presets.class.getResourceAsStream("coco.names");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return lines.lines().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the names of COCO are part of this library", e);
    }
  }

  /** Cells of all maps. */
  private static int cells(Shape input) {
    int cells = 0;
    for (int stride : STRIDES) {
      cells += (input.dim(2) / stride) * (input.dim(3) / stride);
    }
    return cells;
  }

  private static Preprocessing letterbox(int width, int height) {
    return Preprocessing.unit(Channels.RGB, width, height, Resize.LETTERBOX).withMargin(MARGIN);
  }

  /** Adds every class of a candidate whose score counts. */
  private static void addClasses(
      Candidates candidates, Box box, double object, int classes, ClassScore score) {
    for (int c = 0; c < classes; c++) {
      candidates.add(box, object * score.of(c), c);
    }
  }

  @FunctionalInterface
  private interface ClassScore {
    double of(int label);
  }

  /**
   * YOLOv5 and v7: {@code [1, 3 cells, 5 + classes]} with centre, size, objectness and classes; all
   * decoded, in pixels.
   */
  public static final class YoloV5 extends Preset {

    /** The format. */
    public YoloV5() {
      super("yolov5");
    }

    @Override
    int classes(Shape input, List<Shape> outputs) {
      Shape s = outputs.get(0);
      return s.rank() == 3 && s.dim(1) == 3 * cells(input) ? s.dim(2) - OBJECT : 0;
    }

    @Override
    Preprocessing preprocessing(int width, int height) {
      return letterbox(width, height);
    }

    @Override
    void decode(List<Tensor> outputs, Shape input, Candidates candidates) {
      Tensor t = outputs.get(0);
      int numbers = t.shape().dim(2);
      for (int at = 0; at < t.size(); at += numbers) {
        double object = t.get(at + BOX);
        if (object >= candidates.score()) {
          Box box = Box.ofCentre(t.get(at), t.get(at + 1), t.get(at + 2), t.get(at + 3));
          int from = at + OBJECT;
          addClasses(candidates, box, object, numbers - OBJECT, c -> t.get(from + c));
        }
      }
    }
  }

  /** YOLOv8 and later ones like it: {@code [1, 4 + classes, cells]}, decoded, in pixels. */
  public static final class YoloV8 extends Preset {

    /** The format. */
    public YoloV8() {
      super("yolov8");
    }

    @Override
    int classes(Shape input, List<Shape> outputs) {
      Shape s = outputs.get(0);
      return outputs.size() == 1 && s.rank() == 3 && s.dim(2) == cells(input) ? s.dim(1) - BOX : 0;
    }

    @Override
    Preprocessing preprocessing(int width, int height) {
      return letterbox(width, height);
    }

    @Override
    void decode(List<Tensor> outputs, Shape input, Candidates candidates) {
      Tensor t = outputs.get(0);
      int cells = t.shape().dim(2);
      for (int cell = 0; cell < cells; cell++) {
        int at = cell;
        Box box =
            Box.ofCentre(
                t.get(at), t.get(cells + at), t.get(2 * cells + at), t.get(3 * cells + at));
        addClasses(candidates, box, 1, t.shape().dim(1) - BOX, c -> t.get((BOX + c) * cells + at));
      }
    }
  }

  /**
   * YOLOX: {@code [1, cells, 5 + classes]} with the centre in strides from the cell and logarithms
   * of the size in strides; scores are decoded. Blue, green, red from 0 to 255.
   */
  public static final class YoloX extends Preset {

    /** The format. */
    public YoloX() {
      super("yolox");
    }

    @Override
    int classes(Shape input, List<Shape> outputs) {
      Shape s = outputs.get(0);
      return outputs.size() == 1 && s.rank() == 3 && s.dim(1) == cells(input)
          ? s.dim(2) - OBJECT
          : 0;
    }

    @Override
    Preprocessing preprocessing(int width, int height) {
      return Preprocessing.meanStd(
              Channels.BGR,
              width,
              height,
              Resize.LETTERBOX,
              new float[] {0, 0, 0},
              new float[] {1, 1, 1})
          .withMargin(MARGIN);
    }

    @Override
    void decode(List<Tensor> outputs, Shape input, Candidates candidates) {
      Tensor t = outputs.get(0);
      int numbers = t.shape().dim(2);
      int cell = 0;
      for (int stride : STRIDES) {
        for (int row = 0; row < input.dim(2) / stride; row++) {
          for (int column = 0; column < input.dim(3) / stride; column++) {
            int at = cell++ * numbers;
            Box box =
                Box.ofCentre(
                    (t.get(at) + column) * stride,
                    (t.get(at + 1) + row) * stride,
                    Math.exp(Math.min(20, t.get(at + 2))) * stride,
                    Math.exp(Math.min(20, t.get(at + 3))) * stride);
            addClasses(
                candidates, box, t.get(at + BOX), numbers - OBJECT, c -> t.get(at + OBJECT + c));
          }
        }
      }
    }
  }

  /**
   * Ultra-Light-Fast-Generic-Face-Detector: {@code scores [1, N, 2]}, background and face, and
   * {@code boxes [1, N, 4]}, edges in parts of the input.
   */
  public static final class UltraFace extends Preset {

    /** The format. */
    public UltraFace() {
      super("ultraface");
    }

    @Override
    int classes(Shape input, List<Shape> outputs) {
      boolean fits =
          outputs.size() == 2
              && outputs.stream().allMatch(s -> s.rank() == 3)
              && outputs.get(0).dim(1) == outputs.get(1).dim(1)
              && outputs.get(0).dim(2) == 2
              && outputs.get(1).dim(2) == BOX;
      return fits ? 1 : 0;
    }

    @Override
    List<String> names(int classes) {
      return List.of("face");
    }

    @Override
    Thresholds thresholds() {
      return new Thresholds(0.7, 0.3, Thresholds.DEFAULT.most());
    }

    @Override
    Preprocessing preprocessing(int width, int height) {
      return Preprocessing.meanStd(
          Channels.RGB,
          width,
          height,
          Resize.STRETCH,
          new float[] {127, 127, 127},
          new float[] {128, 128, 128});
    }

    @Override
    void decode(List<Tensor> outputs, Shape input, Candidates candidates) {
      Tensor scores = outputs.get(0);
      Tensor edges = outputs.get(1);
      for (int i = 0; i < scores.size() / 2; i++) {
        Box box =
            new Box(
                    edges.get(BOX * i),
                    edges.get(BOX * i + 1),
                    edges.get(BOX * i + 2),
                    edges.get(BOX * i + 3))
                .scale(input.dim(3), input.dim(2));
        candidates.add(box, scores.get(2 * i + 1), 0);
      }
    }
  }

  /**
   * FastestDet: {@code [1, 5 + classes, H / 16, W / 16]}: objectness, raw box, class probabilities;
   * the score is {@code object^0.6 class^0.4}. Blue, green, red from 0 to 1.
   */
  public static final class FastestDet extends Preset {
    private static final int STRIDE = 16;

    /** The format. */
    public FastestDet() {
      super("fastestdet");
    }

    @Override
    int classes(Shape input, List<Shape> outputs) {
      Shape s = outputs.get(0);
      boolean fits =
          outputs.size() == 1
              && s.rank() == 4
              && s.dim(2) * STRIDE == input.dim(2)
              && s.dim(3) * STRIDE == input.dim(3);
      return fits ? s.dim(1) - OBJECT : 0;
    }

    @Override
    Thresholds thresholds() {
      return new Thresholds(0.65, 0.45, Thresholds.DEFAULT.most());
    }

    @Override
    Preprocessing preprocessing(int width, int height) {
      return Preprocessing.unit(Channels.BGR, width, height, Resize.STRETCH);
    }

    @Override
    void decode(List<Tensor> outputs, Shape input, Candidates candidates) {
      Tensor t = outputs.get(0);
      int rows = t.shape().dim(2);
      int columns = t.shape().dim(3);
      int plane = rows * columns;
      for (int cell = 0; cell < plane; cell++) {
        double w = Heads.sigmoid(t.get(3 * plane + cell));
        double h = Heads.sigmoid(t.get(4 * plane + cell));
        double x = (cell % columns + Math.tanh(t.get(plane + cell))) / columns;
        double y = (cell / columns + Math.tanh(t.get(2 * plane + cell))) / rows;
        Box box = Box.ofCentre(x, y, w, h).scale(input.dim(3), input.dim(2));
        int best = 0;
        for (int c = 1; c < t.shape().dim(1) - OBJECT; c++) {
          best =
              t.get((OBJECT + c) * plane + cell) > t.get((OBJECT + best) * plane + cell) ? c : best;
        }
        double score =
            Math.pow(t.get(cell), 0.6) * Math.pow(t.get((OBJECT + best) * plane + cell), 0.4);
        candidates.add(box, score, best);
      }
    }
  }

  /**
   * The detectors of torchvision (Faster R-CNN, RetinaNet, SSD): {@code boxes [n, 4]}, {@code
   * labels [n]} from 1 on, {@code scores [n]}, in any order, suppressed already; from an image of
   * any size {@code [3, H, W]} or {@code [1, 3, H, W]}.
   */
  public static final class Torchvision implements DetectorFormat {
    /** What their models for COCO know, background included. */
    private static final int CLASSES = 91;

    @Override
    public String name() {
      return "torchvision";
    }

    private static Optional<Value> output(Graph graph, String name) {
      return graph.outputs().stream().filter(v -> v.name().equals(name)).findFirst();
    }

    @Override
    public Optional<ModelCard> recognize(Graph graph, ModelCard card) {
      boolean fits =
          graph.inputs().size() == 1
              && List.of("boxes", "labels", "scores").stream()
                  .allMatch(name -> output(graph, name).isPresent());
      if (!fits) {
        return Optional.empty();
      }
      List<String> names =
          card == null || card.classes().isEmpty()
              ? IntStream.range(0, CLASSES).mapToObj(i -> "class" + i).toList()
              : card.classes();
      return Optional.of(
          new ModelCard(
              card == null ? name() : card.name(),
              ModelCard.Task.DETECTION,
              names,
              Preprocessing.unit(Channels.RGB, 0, 0, Resize.NONE),
              Map.of(Detector.FORMAT, name())));
    }

    @Override
    public DetectionNetwork open(Graph graph, ModelCard card, Function<Graph, Inference> runtime) {
      Inference network = runtime.apply(graph);
      boolean batched = graph.inputs().get(0).shape().rank() == 4;
      List<String> order = graph.outputs().stream().map(Value::name).toList();
      int classes = card.classes().size();
      return (input, frame, thresholds) -> {
        Shape s = input.shape();
        Tensor image = batched ? input : input.reshape(s.dim(1), s.dim(2), s.dim(3));
        List<Tensor> outputs = network.forward(image);
        return read(
            outputs.get(order.indexOf("boxes")),
            outputs.get(order.indexOf("labels")),
            outputs.get(order.indexOf("scores")),
            classes,
            frame,
            thresholds);
      };
    }

    static List<Detection> read(
        Tensor boxes,
        Tensor labels,
        Tensor scores,
        int classes,
        Frame frame,
        Thresholds thresholds) {
      List<Detection> found = new ArrayList<>();
      for (int i = 0; i < scores.size() && found.size() < thresholds.most(); i++) {
        int at = BOX * i;
        Box box =
            frame.toPicture(
                new Box(boxes.get(at), boxes.get(at + 1), boxes.get(at + 2), boxes.get(at + 3)));
        int label = (int) labels.get(i);
        if (scores.get(i) >= thresholds.score()
            && label >= 0
            && label < classes
            && !box.isEmpty()) {
          found.add(Detection.of(label, scores.get(i), box));
        }
      }
      found.sort(java.util.Comparator.comparingDouble(d -> -d.score()));
      return found;
    }
  }
}
