package dev.fovea.tasks;

import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.onnx.OnnxOutline;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Makes a card for a classifier of others from what its file tells, from what the user says, and,
 * where neither does, from what is usual.
 */
final class ForeignCard {
  /** ImageNet's usual size. */
  private static final int USUAL_SIDE = 224;

  /**
   * {@code {0: 'tench', 1: "carpenter's kit"}}, as Ultralytics writes it; possessive, so linear.
   */
  private static final Pattern NAME =
      Pattern.compile("\\d++: (?:'([^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+)'|\"([^\"]*+)\")");

  private final String model;
  private final OnnxOutline outline;
  private final ForeignOptions options;
  private final List<String> guesses = new ArrayList<>();

  /**
   * A card and how it came about.
   *
   * @param guesses a line each for what neither the file nor the user has said
   */
  record Made(ModelCard card, List<String> guesses) {}

  private ForeignCard(String model, OnnxOutline outline, ForeignOptions options) {
    this.model = model;
    this.outline = outline;
    this.options = options;
  }

  /**
   * Makes a card.
   *
   * @param model for messages
   * @throws IllegalArgumentException if the model is no classifier of images that this can tell
   */
  static Made of(String model, OnnxOutline outline, ForeignOptions options) {
    ForeignCard maker = new ForeignCard(model, outline, options);
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
    if (!outline.lastOperator().equals("Softmax")) {
      attributes.put(ModelCard.OUTPUT, ModelCard.LOGITS);
      guesses.add(
          "output: logits, because a "
              + outline.lastOperator()
              + " computes it and no Softmax; without that attribute it is taken for probabilities");
    }
    String file = model.replaceFirst("^.*[/\\\\]", "").replaceFirst("\\.onnx$", "");
    return new ModelCard(file, ModelCard.Task.CLASSIFICATION, classes, preprocessing, attributes);
  }

  private List<String> classes() {
    if (outline.outputs().isEmpty()) {
      throw new IllegalArgumentException("model '" + model + "': found no outputs, expected one");
    }
    OnnxOutline.Port out = outline.outputs().get(0);
    int count = classCount(out.dims());
    List<String> named = options.labels().isEmpty() ? namesInFile() : options.labels();
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
              + ", expected that of a classifier, [N, classes], or class names (--labels)");
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
    Matcher m = NAME.matcher(outline.properties().getOrDefault("names", ""));
    while (m.find()) {
      String quoted = m.group(1);
      all.add(quoted == null ? m.group(2) : quoted.replaceAll("\\\\(.)", "$1"));
    }
    return all;
  }

  private Preprocessing preprocessing() {
    InputLayout input = InputLayout.of(model, outline);
    int side = options.side();
    if (side == 0 && input.height() == 0) {
      side = USUAL_SIDE;
      guesses.add(
          "width, height: " + side + ", because the file leaves them free; --size sets them");
    }
    if (options.preprocessing() != null) {
      return options.preprocessing().of(input, side);
    }
    ForeignPreprocessing guessed = usual(input);
    guesses.add(
        "preprocessing: "
            + guessed.text()
            + "; a wrong one costs much accuracy; --preprocess takes "
            + String.join(", ", ForeignPreprocessing.names()));
    return guessed.of(input, side);
  }

  private ForeignPreprocessing usual(InputLayout input) {
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
