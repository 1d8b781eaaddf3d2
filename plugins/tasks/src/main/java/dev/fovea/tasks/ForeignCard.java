package dev.fovea.tasks;

import dev.fovea.detection.Detector;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.onnx.OnnxOutline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Makes a card for a model of others from what its file tells, from what the user says, and, where
 * neither does, from what is usual.
 */
final class ForeignCard {
  /** ImageNet's usual size. */
  private static final int USUAL_SIDE = 224;

  /** That of detectors of the YOLO family. */
  private static final int USUAL_DETECTOR_SIDE = 640;

  private static final int PLANES = 4;

  /**
   * {@code {0: 'tench', 1: "carpenter's kit"}}, as Ultralytics writes it, or {@code ['tench',
   * "carpenter's kit"]}; possessive, so linear.
   */
  private static final Pattern NAME =
      Pattern.compile("(?:'([^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+)'|\"([^\"]*+)\")");

  private final String model;
  private final OnnxOutline outline;
  private final ForeignOptions options;
  private final ModelCard.Task task;

  /** What a detector looks like by its shapes; null if it is none, or none that is known. */
  private final ModelCard seen;

  private final List<String> guesses = new ArrayList<>();

  /**
   * A card and how it came about.
   *
   * @param guesses a line each for what neither the file nor the user has said
   */
  record Made(ModelCard card, List<String> guesses) {}

  private ForeignCard(
      String model,
      OnnxOutline outline,
      ForeignOptions options,
      ModelCard.Task task,
      Supplier<Optional<ModelCard>> detector) {
    this.model = model;
    this.outline = outline;
    this.options = options;
    this.task = task == null ? told() : task;
    this.seen = this.task == ModelCard.Task.DETECTION ? detector.get().orElse(null) : null;
  }

  /**
   * Makes a card.
   *
   * @param model for messages
   * @param task null for what the file tells
   * @throws IllegalArgumentException if the model does not take images, or its file does not tell
   *     what it is for
   */
  static Made of(String model, OnnxOutline outline, ForeignOptions options, ModelCard.Task task) {
    return of(model, outline, options, task, Optional::empty);
  }

  /**
   * Makes a card.
   *
   * @param model for messages
   * @param task null for what the file tells
   * @param detector tells what a detector looks like; asked for detectors alone
   * @throws IllegalArgumentException if the model does not take images, its file does not tell what
   *     it is for, or the names of classes do not fit the detector
   */
  static Made of(
      String model,
      OnnxOutline outline,
      ForeignOptions options,
      ModelCard.Task task,
      Supplier<Optional<ModelCard>> detector) {
    ForeignCard maker = new ForeignCard(model, outline, options, task, detector);
    ModelCard card = maker.card();
    return new Made(card, List.copyOf(maker.guesses));
  }

  private ModelCard card() {
    List<String> classes = classes();
    Preprocessing preprocessing = preprocessing();
    Map<String, String> attributes = new TreeMap<>();
    if (!outline.producer().isEmpty()) {
      attributes.put("producer", outline.producer());
    }
    for (String key : List.of("description", "author", "license", "version")) {
      if (outline.properties().containsKey(key)) {
        attributes.put(key, outline.properties().get(key));
      }
    }
    if (task == ModelCard.Task.CLASSIFICATION || task == ModelCard.Task.SEGMENTATION) {
      describeOutput(attributes);
    }
    if (seen != null) {
      attributes.putAll(seen.attributes());
      guesses.add(
          "detector: "
              + seen.attributes().get(Detector.FORMAT)
              + ", because of the shapes of inputs and outputs");
    }
    String file = model.replaceFirst("^.*[/\\\\]", "").replaceFirst("\\.onnx$", "");
    return new ModelCard(file, task, classes, preprocessing, attributes);
  }

  /** What the model is for, as far as the file says or shows it. */
  private ModelCard.Task told() {
    OnnxOutline.Port out = output();
    switch (outline.properties().getOrDefault("task", "")) {
      case "classify" -> {
        return ModelCard.Task.CLASSIFICATION;
      }
      case "detect", "segment", "pose", "obb" -> {
        return ModelCard.Task.DETECTION;
      }
      default -> {
        // Not by Ultralytics.
      }
    }
    List<Long> dims = out.dims();
    List<Long> in = outline.inputs().isEmpty() ? List.of() : outline.inputs().get(0).dims();
    boolean ofEachPixel =
        outline.outputs().size() == 1
            && dims.size() == PLANES
            && in.size() == PLANES
            && dims.subList(2, PLANES).equals(in.subList(2, PLANES))
            && classCount(dims) == 0
            && dims.get(1) != 3;
    if (!ofEachPixel) {
      return ModelCard.Task.CLASSIFICATION;
    }
    guesses.add("task: segmentation, because of the output " + out + "; --task says another");
    return ModelCard.Task.SEGMENTATION;
  }

  private OnnxOutline.Port output() {
    if (outline.outputs().isEmpty()) {
      throw new IllegalArgumentException("model '" + model + "': found no outputs, expected one");
    }
    return outline.outputs().get(0);
  }

  private void describeOutput(Map<String, String> attributes) {
    String last = outline.lastOperator();
    boolean pixels = task == ModelCard.Task.SEGMENTATION;
    if (pixels && last.equals("ArgMax")) {
      attributes.put(ModelCard.OUTPUT, ModelCard.LABELS);
    } else if (!last.equals("Softmax") && !(pixels && last.equals("Sigmoid"))) {
      attributes.put(ModelCard.OUTPUT, ModelCard.LOGITS);
      guesses.add(
          "output: logits, because a "
              + last
              + " computes it and no Softmax; without that attribute it is taken for probabilities");
    }
  }

  private List<String> classes() {
    return switch (task) {
      case CLASSIFICATION -> classesOf(classCount(output().dims()), "[N, classes]");
      case SEGMENTATION -> pixelClasses();
      case DETECTION -> {
        List<String> named = named();
        if (seen != null) {
          yield classesSeen(named);
        }
        if (named.isEmpty()) {
          guesses.add("classes: none, because the file names none; --labels FILE names them");
        }
        yield named;
      }
      case STYLE -> List.of();
    };
  }

  private List<String> classesSeen(List<String> named) {
    if (named.isEmpty()) {
      guesses.add(
          "classes: %s and so on, because there are %d; --labels FILE names them"
              .formatted(seen.classes().get(0), seen.classes().size()));
      return seen.classes();
    }
    if (named.size() != seen.classes().size()) {
      throw new IllegalArgumentException(
          "model '%s': found %d class names, expected %d for the outputs of a detector '%s'"
              .formatted(
                  model,
                  named.size(),
                  seen.classes().size(),
                  seen.attributes().get(Detector.FORMAT)));
    }
    return named;
  }

  private List<String> pixelClasses() {
    List<Long> dims = output().dims();
    long count = dims.size() == PLANES ? dims.get(1) : OnnxOutline.FREE;
    if (count != 1) {
      return classesOf(
          count == OnnxOutline.FREE || count > Integer.MAX_VALUE ? 0 : (int) count,
          "[N, classes, H, W]");
    }
    List<String> named = named();
    if (named.isEmpty()) {
      guesses.add("classes: background and foreground, because the output is a single plane");
      return List.of("background", "foreground");
    }
    if (named.size() > 2) {
      throw new IllegalArgumentException(
          "model '"
              + model
              + "': found "
              + named.size()
              + " class names, expected 1 or 2 for the output "
              + output());
    }
    return named;
  }

  private List<String> named() {
    return options.labels().isEmpty() ? namesInFile() : options.labels();
  }

  /**
   * The classes of an output.
   *
   * @param count how many it has; 0 if that is not known
   * @param form of such an output
   */
  private List<String> classesOf(int count, String form) {
    OnnxOutline.Port out = output();
    List<String> named = named();
    if (!named.isEmpty()) {
      if (count > 0 && named.size() != count) {
        throw new IllegalArgumentException(
            "model '"
                + model
                + "': found "
                + named.size()
                + " class names, expected "
                + count
                + " for the output "
                + out);
      }
      return named;
    }
    if (count <= 0) {
      throw new IllegalArgumentException(
          "model '"
              + model
              + "': found the output "
              + out
              + ", expected "
              + (task == ModelCard.Task.CLASSIFICATION
                  ? "that of a classifier, " + form + " (--task if it is none)"
                  : form)
              + ", or class names (--labels)");
    }
    guesses.add("classes: numbers, because the file names none; --labels FILE names them");
    return IntStream.range(0, count).mapToObj(i -> "class " + i).toList();
  }

  /** The number of classes of {@code [N, classes]} or {@code [N, classes, 1, 1]}; 0 if unknown. */
  private static int classCount(List<Long> dims) {
    if (dims.size() < 2 || dims.subList(2, dims.size()).stream().anyMatch(d -> d != 1)) {
      return 0;
    }
    long count = dims.get(1);
    return count == OnnxOutline.FREE || count > Integer.MAX_VALUE ? 0 : (int) count;
  }

  private List<String> namesInFile() {
    List<String> all = new ArrayList<>();
    // Others list them under another name.
    String text =
        outline
            .properties()
            .getOrDefault("names", outline.properties().getOrDefault("classes", ""));
    if (!text.isBlank() && !text.startsWith("{") && !text.startsWith("[")) {
      return text.lines()
          .flatMap(line -> Arrays.stream(line.split(",", -1)))
          .map(String::strip)
          .toList();
    }
    Matcher m = NAME.matcher(text);
    while (m.find()) {
      String quoted = m.group(1);
      all.add(quoted == null ? m.group(2) : quoted.replaceAll("\\\\(.)", "$1"));
    }
    return all;
  }

  private Preprocessing preprocessing() {
    if (seen != null && options.preprocessing() == null && options.side() == 0) {
      guesses.add("preprocessing: that of such detectors");
      return seen.preprocessing();
    }
    InputLayout input = InputLayout.of(model, outline);
    int side = options.side();
    boolean sized = task == ModelCard.Task.CLASSIFICATION || task == ModelCard.Task.DETECTION;
    if (side == 0 && input.height() == 0 && sized) {
      side = task == ModelCard.Task.DETECTION ? detectorSide() : USUAL_SIDE;
      guesses.add(
          "width, height: " + side + ", because the file leaves them free; --size sets them");
    }
    if (options.preprocessing() != null) {
      return options.preprocessing().of(input, side, task);
    }
    ForeignPreprocessing guessed = usual(input);
    guesses.add(
        "preprocessing: "
            + guessed.text()
            + "; a wrong one costs much accuracy; --preprocess takes "
            + String.join(", ", ForeignPreprocessing.names()));
    return guessed.of(input, side, task);
  }

  /** Ultralytics writes {@code [640, 640]}. */
  private int detectorSide() {
    Matcher m =
        Pattern.compile("\\[(\\d{2,5}), \\d{2,5}\\]")
            .matcher(outline.properties().getOrDefault("imgsz", ""));
    int said = m.matches() ? Integer.parseInt(m.group(1)) : USUAL_DETECTOR_SIDE;
    return Math.min(ForeignOptions.MAX_SIDE, said);
  }

  private ForeignPreprocessing usual(InputLayout input) {
    if (task == ModelCard.Task.STYLE) {
      return ForeignPreprocessing.RAW;
    }
    if (task == ModelCard.Task.DETECTION) {
      return input.channels() == 3 && !namesInFile().isEmpty()
          ? ForeignPreprocessing.YOLO
          : ForeignPreprocessing.UNIT;
    }
    boolean caffe =
        outline.producer().toLowerCase(Locale.ROOT).contains("caffe")
            || (outline.inputs().get(0).name().equals("data")
                && outline.outputs().get(0).name().startsWith("prob"));
    // Ultralytics' classifiers take 0..1, cut out of the middle; their files name the classes.
    if (input.channels() == 1 || !namesInFile().isEmpty()) {
      return ForeignPreprocessing.UNIT;
    }
    return caffe ? ForeignPreprocessing.IMAGENET_CAFFE : ForeignPreprocessing.IMAGENET_TORCH;
  }
}
