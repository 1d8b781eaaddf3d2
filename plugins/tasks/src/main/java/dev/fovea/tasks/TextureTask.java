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

/** Texture synthesis: makes a picture of any size with the texture of an image. */
public final class TextureTask implements ImageTask<TextureTask.Parameters, MadePicture> {
  private static final String MODEL = "model";
  private static final String LAYERS = "layers";
  private static final String SIZE = "longer_side";
  private static final String WIDTH = "width";
  private static final String HEIGHT = "height";
  private static final String ITERATIONS = "iterations";
  private static final String SMOOTHNESS = "smoothness";
  private static final String EVERY = "every";
  private static final int USUAL_LAYERS = 5;
  private static final double NOISE_STRENGTH = 0.2;

  /**
   * How to make a texture.
   *
   * @param model name of a built-in model, or a file
   * @param layers with commas; {@link Parameter#AUTO} for five from the first to the last
   * @param size longer side of the sample in pixels
   * @param width of the picture that is made
   * @param height of the picture that is made
   * @param iterations evaluations of the network at most
   * @param smoothness weight of total variation
   * @param every after how many steps a frame is kept; 0 for none
   */
  public record Parameters(
      String model,
      String layers,
      int size,
      int width,
      int height,
      int iterations,
      double smoothness,
      int every) {}

  @Override
  public String name() {
    return "texture";
  }

  @Override
  public String description() {
    return "Make pictures of any size with the texture of images.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.model(null),
        Parameter.text(
                "Layers (list)", Parameter.AUTO, "Whose statistics are kept. auto: five of all.")
            .orAuto(),
        Parameter.integer("Longer_side (pixels)", 16, 4096, 256, "Size of the sample."),
        Parameter.integer("Width (pixels)", 16, 4096, 256, "Of the picture that is made."),
        Parameter.integer("Height (pixels)", 16, 4096, 256, "Of the picture that is made."),
        Parameter.integer("Iterations", 1, 100_000, 300, "Runs of the network."),
        Parameter.number("Smoothness", 0, 1e9, 0, "Weight of total variation."),
        PictureMaking.everyParameter());
  }

  @Override
  public Parameters bind(Arguments a) {
    return new Parameters(
        a.text(MODEL),
        a.text(LAYERS),
        a.integer(SIZE),
        a.integer(WIDTH),
        a.integer(HEIGHT),
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
    List<String> layers = PictureMaking.layers(model.graph(), p.layers(), USUAL_LAYERS);
    Graph graph = Features.ofAnySize(model.graph(), layers);
    PixelRange range = pictures.range();
    return (Image image, TaskContext context) -> {
      Tensor sample = pictures.toInput(PictureMaking.sized(image, p.size()));
      Tensor start = Tensors.noise(range, p.height(), p.width(), NOISE_STRENGTH, options.seed());
      PictureObjective objective =
          FeatureMatching.smooth(
              FeatureMatching.texture(graph, layers, sample, options.inference()),
              p.smoothness(),
              range,
              start);
      PictureMaking making = new PictureMaking(context, p.iterations(), p.every(), pictures);
      PictureDescent descent = new PictureDescent(Rule.LBFGS, p.iterations(), 1, 0, options.seed());
      return making.made(descent.minimize(objective, start, range, making).picture());
    };
  }
}
