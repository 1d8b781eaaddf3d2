package dev.fovea.engine.model;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a model file says of itself: what it is for, what its outputs mean, how its input is made,
 * and where it comes from. Immutable.
 *
 * @param name short name, for example {@code nuclei}
 * @param task what the model does
 * @param classes names of the output classes, in index order
 * @param preprocessing how an image becomes the input
 * @param attributes everything else as text: {@code description}, {@code license}, {@code data},
 *     {@code command}, {@code seed}, figures such as {@code accuracy}, task parameters; sorted
 */
public record ModelCard(
    String name,
    Task task,
    List<String> classes,
    Preprocessing preprocessing,
    Map<String, String> attributes) {

  /** Attribute of a classifier or segmenter that gives something else than probabilities. */
  public static final String OUTPUT = "output";

  /** Value of {@link #OUTPUT}: scores, of which a softmax makes probabilities. */
  public static final String LOGITS = "logits";

  /** Value of {@link #OUTPUT}: the index of a class for each pixel. */
  public static final String LABELS = "labels";

  /** What a model does with an image. */
  public enum Task {
    /** One class for the image. */
    CLASSIFICATION,
    /** Class probabilities for each pixel. */
    SEGMENTATION,
    /** Boxes with classes. */
    DETECTION,
    /** Another image. */
    STYLE
  }

  /** Copies the collections. */
  public ModelCard {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(preprocessing, "preprocessing");
    classes = List.copyOf(classes);
    attributes = java.util.Collections.unmodifiableMap(new TreeMap<>(attributes));
  }

  /** A copy with one more attribute, or a replaced one. */
  public ModelCard with(String key, String value) {
    Map<String, String> m = new TreeMap<>(attributes);
    m.put(key, value);
    return new ModelCard(name, task, classes, preprocessing, m);
  }
}
