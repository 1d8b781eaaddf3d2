package dev.fovea.tasks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.onnx.ModelFile;
import java.util.Optional;

/**
 * A model as it was loaded.
 *
 * @param name as the user gave it: built-in name or file
 * @param sha256 of the file's bytes, in hexadecimal
 * @param bytes length of the file
 * @param file the network with its weights, and its card
 */
public record Model(String name, String sha256, long bytes, ModelFile file) {

  /** The network. */
  public Graph graph() {
    return file.graph();
  }

  /** What the model says of itself; nothing for models that Fovea did not write. */
  public Optional<ModelCard> card() {
    return Optional.ofNullable(file.card());
  }

  /**
   * The card, which must be there.
   *
   * @throws IllegalArgumentException if there is none
   */
  public ModelCard requireCard() {
    return card()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "model '"
                        + name
                        + "': found no model card, expected a model that Fovea has written"));
  }

  /**
   * The card, which must be there and be for a task.
   *
   * @throws IllegalArgumentException if there is none or it is for another task
   */
  public ModelCard requireCard(ModelCard.Task task) {
    ModelCard found = requireCard();
    if (found.task() != task) {
      throw new IllegalArgumentException(
          "model '"
              + name
              + "': found a model for "
              + describe(found.task())
              + ", expected one for "
              + describe(task));
    }
    return found;
  }

  /** A task of a model in the words of messages. */
  public static String describe(ModelCard.Task task) {
    return switch (task) {
      case CLASSIFICATION -> "classification";
      case SEGMENTATION -> "segmentation";
    };
  }
}
