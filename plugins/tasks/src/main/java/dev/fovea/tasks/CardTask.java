package dev.fovea.tasks;

import dev.fovea.detection.Detector;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.onnx.OnnxOutline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes a card beside a model of others, to be looked through and corrected. */
public final class CardTask implements DataTask<CardTask.Parameters, CardTask.Result> {
  private static final String MODEL = "model";
  private static final String TASK = "task";
  private static final String PREPROCESS = "preprocess";
  private static final String LABELS = "labels";
  private static final String SIZE = "size";
  private static final String OVERWRITE = "overwrite";

  /**
   * What to write.
   *
   * @param model an ONNX file, or the name of a downloaded model
   * @param task what the model is for; null for what its file tells
   * @param preprocessing null for what is usual
   * @param labels file of class names; null for none
   * @param size of the input in pixels; 0 for that of the file
   * @param overwrite whether a card that is there is replaced
   */
  public record Parameters(
      String model,
      ModelCard.Task task,
      ForeignPreprocessing preprocessing,
      Path labels,
      int size,
      boolean overwrite) {}

  /**
   * What was written.
   *
   * @param file the card
   * @param guesses a line each for what was guessed
   */
  public record Result(Path file, ModelCard card, List<String> guesses) {}

  @Override
  public String name() {
    return "card";
  }

  @Override
  public String description() {
    return "Write a card beside a model of another program, saying what was guessed.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.model(null),
        Parameter.choice(
                "Task",
                Arrays.stream(ModelCard.Task.values()).map(CardTask::text).toList(),
                "What the model is for. auto: as far as its file tells.")
            .orAuto(),
        Parameter.choice(
                "Preprocess",
                ForeignPreprocessing.names(),
                "How the input is made. auto: what is usual for such a file.")
            .orAuto(),
        Parameter.text("Labels (file)", "", "A text file with the name of a class on each line."),
        Parameter.integer(
                "Size (pixels)",
                1,
                ForeignOptions.MAX_SIDE,
                224,
                "Width and height of the input. auto: as in the file.")
            .orAuto(),
        Parameter.flag("Overwrite", "Replace a card that is there."));
  }

  @Override
  public Parameters bind(Arguments arguments) {
    String labels = arguments.text(LABELS);
    return new Parameters(
        arguments.text(MODEL),
        arguments.isAuto(TASK) ? null : task(arguments.text(TASK)),
        arguments.isAuto(PREPROCESS)
            ? null
            : ForeignPreprocessing.named(arguments.text(PREPROCESS)),
        labels.isEmpty() ? null : Path.of(labels),
        arguments.isAuto(SIZE) ? 0 : arguments.integer(SIZE),
        arguments.flag(OVERWRITE));
  }

  private static String text(ModelCard.Task task) {
    return task.name().toLowerCase(Locale.ROOT);
  }

  private static ModelCard.Task task(String text) {
    return ModelCard.Task.valueOf(text.toUpperCase(Locale.ROOT));
  }

  @Override
  public Result run(Parameters parameters, RunOptions options, TaskContext context)
      throws IOException {
    Path model = Models.file(parameters.model());
    Path file = CardFile.of(model);
    if (Files.exists(file) && !parameters.overwrite()) {
      throw new IllegalArgumentException(
          file + ": found a card already, expected none (or --overwrite)");
    }
    OnnxOutline outline = Models.outline(model);
    if (outline.card() != null) {
      throw new IllegalArgumentException(
          model + ": found a card in the file itself, expected a model without one");
    }
    ForeignOptions said =
        new ForeignOptions(
            parameters.preprocessing(),
            parameters.labels() == null
                ? List.of()
                : ForeignOptions.readLabels(parameters.labels()),
            parameters.size());
    Model looked = Models.look(model.toString());
    ForeignCard.Made made =
        ForeignCard.of(model.toString(), outline, said, parameters.task(), () -> detector(looked));
    List<String> comments = new ArrayList<>();
    comments.add(
        "What Fovea needs to know of "
            + model.getFileName()
            + ". Correct what was guessed wrong; members named // are comments.");
    made.guesses().forEach(guess -> comments.add("guessed: " + guess));
    CardFile.write(file, made.card(), comments);
    return new Result(file, made.card(), made.guesses());
  }

  /** What a model looks like as a detector; nothing if it cannot be told. */
  private static Optional<ModelCard> detector(Model model) {
    if (model.refusal().isPresent()) {
      return Optional.empty();
    }
    return Detector.formats().stream()
        .map(format -> format.recognize(model.graph(), null))
        .flatMap(Optional::stream)
        .findFirst();
  }
}
