package dev.fovea.tasks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.visualize.features.Features;
import dev.fovea.visualize.features.InputPictures;
import dev.fovea.visualize.features.PictureDescent;
import dev.fovea.visualize.features.PictureDescent.Rule;
import dev.fovea.visualize.features.PictureObjective;
import dev.fovea.visualize.features.PixelRange;
import dev.fovea.visualize.synthesis.FeatureMatching;
import dev.fovea.visualize.synthesis.Tensors;
import java.util.List;

/** Feature inversion: makes an image again from what a layer of a network knows of it. */
public final class InvertTask implements ImageTask<InvertTask.Parameters, MadePicture> {
  private static final String MODEL = "model";
  private static final String LAYER = "layer";
  private static final String SIZE = "longer_side";
  private static final String ITERATIONS = "iterations";
  private static final String SMOOTHNESS = "smoothness";
  private static final String EVERY = "every";
  private static final double NOISE_STRENGTH = 0.1;

  /**
   * How to invert.
   *
   * @param model name of a built-in model, or a file
   * @param layer what is inverted; {@link Parameter#AUTO} for one in the middle
   * @param size longer side in pixels; 0 for that of the image
   * @param iterations evaluations of the network at most
   * @param smoothness weight of total variation
   * @param every after how many steps a frame is kept; 0 for none
   */
  public record Parameters(
      String model, String layer, int size, int iterations, double smoothness, int every) {}

  @Override
  public String name() {
    return "invert";
  }

  @Override
  public String description() {
    return "Make images again from what a layer of a network knows of them.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.model(null),
        Parameter.text("Layer (name)", Parameter.AUTO, "What is inverted. auto: in the middle.")
            .orAuto(),
        Parameter.integer(
            "Longer_side (pixels)", 16, 4096, 256, "Size of the picture that is made."),
        Parameter.integer("Iterations", 1, 100_000, 200, "Runs of the network."),
        Parameter.number("Smoothness", 0, 1e9, 1, "Weight of total variation."),
        PictureMaking.everyParameter());
  }

  @Override
  public Parameters bind(Arguments a) {
    return new Parameters(
        a.text(MODEL),
        a.text(LAYER),
        a.integer(SIZE),
        a.integer(ITERATIONS),
        a.number(SMOOTHNESS),
        a.integer(EVERY));
  }

  @Override
  public String modelOf(Parameters parameters) {
    return parameters.model();
  }

  @Override
  public Opened<MadePicture> open(Model model, Parameters p, RunOptions options) {
    ModelCard card = model.requireCard();
    InputPictures pictures = new InputPictures(card.preprocessing());
    String layer = PictureMaking.layers(model.graph(), p.layer(), 1).get(0);
    Graph graph = Features.ofAnySize(model.graph(), List.of(layer));
    PixelRange range = pictures.range();
    return (Image image, TaskContext context) -> {
      Tensor original = pictures.toInput(PictureMaking.sized(image, p.size()));
      PictureObjective objective =
          FeatureMatching.smooth(
              FeatureMatching.inversion(graph, layer, original, options.inference()),
              p.smoothness(),
              range,
              original);
      PictureMaking making = new PictureMaking(context, p.iterations(), p.every(), pictures);
      Tensor start =
          Tensors.noise(
              range,
              original.shape().dim(2),
              original.shape().dim(3),
              NOISE_STRENGTH,
              options.seed());
      PictureDescent descent = new PictureDescent(Rule.LBFGS, p.iterations(), 1, 0, options.seed());
      return making.made(descent.minimize(objective, start, range, making).picture());
    };
  }
}
