package dev.fovea.tasks;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a user says of a model that says nothing of itself.
 *
 * @param preprocessing how its input is made; null for nothing said
 * @param labels names of its classes in index order; empty for nothing said
 * @param side width and height of its input in pixels; 0 for nothing said
 */
public record ForeignOptions(ForeignPreprocessing preprocessing, List<String> labels, int side) {
  /** Largest width and height, in pixels. */
  public static final int MAX_SIDE = 16_384;

  private static final long MAX_BYTES = 32L << 20;

  /** Nothing said. */
  public static final ForeignOptions NONE = new ForeignOptions(null, List.of(), 0);

  /** Copies the list. */
  public ForeignOptions {
    labels = List.copyOf(labels);
  }

  /**
   * Reads names of classes: UTF-8, a line each.
   *
   * @throws IOException if the file cannot be read, or is no such text; one line
   */
  public static List<String> readLabels(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": found no such file, expected a class name on each line");
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(
          file
              + ": found "
              + Files.size(file)
              + " bytes, expected class names of less than 32 MiB");
    }
    String text;
    try {
      text = Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new IOException(file + ": found no UTF-8, expected a class name on each line", e);
    }
    // Some editors begin a file with a mark of its byte order.
    List<String> all =
        text.replaceFirst("^\uFEFF", "").stripTrailing().lines().map(String::strip).toList();
    if (all.isEmpty()) {
      throw new IOException(file + ": found nothing, expected a class name on each line");
    }
    return all;
  }

  /**
   * The model with a card that is made of these options, of its file, and of what is usual; the
   * model as it is if nothing is said.
   *
   * @throws IllegalArgumentException if the model has a card, or one cannot be made; one line
   * @throws IOException if the file cannot be read again
   */
  public Model applied(Model model) throws IOException {
    if (equals(NONE)) {
      return model;
    }
    if (model.bioimagePackage().isPresent()) {
      throw new IllegalArgumentException(
          "model '"
              + model.name()
              + "': found a bioimage.io package, which says how its input is made, expected a model"
              + " without a card beside --preprocess, --labels and --size");
    }
    if (model.card().isPresent()) {
      throw new IllegalArgumentException(
          "model '"
              + model.name()
              + "': found a model card, expected none beside --preprocess, --labels and --size");
    }
    return model.withCard(ForeignCard.of(model.name(), model.outline(), this, null).card());
  }
}
