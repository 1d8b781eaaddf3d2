package dev.fovea.tasks;

import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.visualize.style.PerceptualNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * By which network pictures are compared.
 *
 * @param model name or file of any network for colour pictures
 * @param preprocessing how its input is made; null for as its card says
 * @param layers of that network
 */
public record PerceptualOptions(String model, ForeignPreprocessing preprocessing, Layers layers) {
  private static final String PERCEPTUAL = "perceptual";
  private static final String PREPROCESSING = "preprocessing";
  private static final String CONTENT_LAYERS = "content_layers";
  private static final String STYLE_LAYERS = "style_layers";

  /**
   * Layers by which pictures are compared.
   *
   * @param content that say what is on a picture; empty for the usual
   * @param style that say how it is painted; empty for the usual
   */
  public record Layers(List<String> content, List<String> style) {
    /** Copies the lists. */
    public Layers {
      content = List.copyOf(content);
      style = List.copyOf(style);
    }

    static List<Parameter> declare() {
      return List.of(
          Parameter.text(
                  "Content_layers (names)",
                  Parameter.AUTO,
                  "Its layers that say what is on a picture, with commas. auto: the first one where"
                      + " pictures are eight times smaller.")
              .orAuto(),
          Parameter.text(
                  "Style_layers (names)",
                  Parameter.AUTO,
                  "Its layers that say how a picture is painted, with commas. auto: the first of each"
                      + " size, down to eight times smaller.")
              .orAuto());
    }

    static Layers bind(Arguments a) {
      return new Layers(names(a, CONTENT_LAYERS), names(a, STYLE_LAYERS));
    }

    private static List<String> names(Arguments a, String key) {
      return a.isAuto(key)
          ? List.of()
          : Arrays.stream(a.text(key).split(",", -1)).map(String::strip).toList();
    }
  }

  static List<Parameter> declare() {
    List<Parameter> all =
        new ArrayList<>(
            List.of(
                Parameter.text(
                    "Perceptual (model)",
                    "",
                    "A trained classifier by whose layers pictures are compared: VGG, SqueezeNet or any"
                        + " other ONNX file."),
                Parameter.choice(
                        "Preprocessing",
                        ForeignPreprocessing.names(),
                        "How the input of that network is made. auto: as its card says.")
                    .orAuto()));
    all.addAll(Layers.declare());
    return all;
  }

  /**
   * As given.
   *
   * @throws IllegalArgumentException if no model is named
   */
  static PerceptualOptions bind(Arguments a) {
    if (a.text(PERCEPTUAL).isBlank()) {
      throw new IllegalArgumentException(
          PERCEPTUAL + ": found none, expected a trained classifier as ONNX file");
    }
    return new PerceptualOptions(
        a.text(PERCEPTUAL),
        a.isAuto(PREPROCESSING) ? null : ForeignPreprocessing.named(a.text(PREPROCESSING)),
        Layers.bind(a));
  }

  /**
   * Loads the network.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it does not fit; one line
   */
  PerceptualNetwork load() throws IOException {
    Model loaded = Models.load(model);
    try {
      return PerceptualNetwork.of(
          loaded.graph(), preprocessing(loaded), layers.content(), layers.style());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("model '" + model + "': " + e.getMessage(), e);
    }
  }

  private Preprocessing preprocessing(Model loaded) throws IOException {
    if (preprocessing != null) {
      return preprocessing.of(
          InputLayout.of(loaded.name(), loaded.outline()), 0, ModelCard.Task.STYLE);
    }
    if (loaded.card().isEmpty()) {
      throw new IllegalArgumentException(
          "found no model card, expected --"
              + PREPROCESSING
              + " with one of "
              + String.join(", ", ForeignPreprocessing.names()));
    }
    return loaded.requireCard().preprocessing();
  }

  /** As attributes of a model card. */
  Map<String, String> provenance(PerceptualNetwork network) {
    Map<String, String> attributes = new TreeMap<>();
    attributes.put(PERCEPTUAL, model);
    attributes.put(CONTENT_LAYERS, String.join(", ", network.content()));
    attributes.put(STYLE_LAYERS, String.join(", ", network.style()));
    return attributes;
  }
}
