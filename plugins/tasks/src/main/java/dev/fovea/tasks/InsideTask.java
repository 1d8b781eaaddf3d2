package dev.fovea.tasks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.image.Geometry;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Preprocessor;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.visualize.features.Features;
import dev.fovea.visualize.inside.Activations;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Looks inside a network: the activations of a layer for an image, and where in the image each
 * channel is strongest.
 */
public final class InsideTask implements ImageTask<InsideTask.Parameters, InsideTask.Result> {
  private static final String MODEL = "model";
  private static final String LAYER = "layer";
  private static final String CHANNELS = "channels";
  private static final String PATCHES = "patches";

  /** A patch shows so many steps of the layer along each side. */
  private static final int PATCH_STEPS = 4;

  private static final int SMALLEST_PATCH = 8;

  /**
   * What to look at.
   *
   * @param model name of a built-in model, or a file
   * @param layer name of a value; {@link Parameter#AUTO} for a convolutional one in the middle
   * @param channels how many at most are drawn
   * @param patches how many of the strongest of a folder are kept for each channel
   */
  public record Parameters(String model, String layer, int channels, int patches) {}

  /**
   * What is inside.
   *
   * @param network the whole graph
   * @param layer name of the layer
   * @param activations of the layer
   * @param strongest for each channel that is drawn the part of the image where it is strongest
   * @param parameters what was asked for
   */
  public record Result(
      Graph network,
      String layer,
      Activations activations,
      List<Image> strongest,
      Parameters parameters) {
    /** Copies the list. */
    public Result {
      strongest = List.copyOf(strongest);
    }
  }

  @Override
  public String name() {
    return "inside";
  }

  @Override
  public String description() {
    return "Look inside a network: filters, activations, strongest patches, nearest images.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.model("digits"),
        Parameter.text("Layer (name)", Parameter.AUTO, "What to look at. auto: in the middle.")
            .orAuto(),
        Parameter.integer("Channels", 1, 4096, 64, "At most so many are drawn."),
        Parameter.integer("Patches", 1, 64, 9, "Strongest of the folder for each channel."));
  }

  @Override
  public Parameters bind(Arguments a) {
    return new Parameters(a.text(MODEL), a.text(LAYER), a.integer(CHANNELS), a.integer(PATCHES));
  }

  @Override
  public String modelOf(Parameters parameters) {
    return parameters.model();
  }

  @Override
  public Opened<Result> open(Model model, Parameters p, RunOptions options) {
    Graph graph = model.graph();
    Preprocessor preprocessor = new Preprocessor(model.requireCard().preprocessing());
    String layer = PictureMaking.layers(graph, p.layer(), 1).get(0);
    SessionOptions session = options.inference();
    return (image, context) -> {
      context.checkCancelled();
      Preprocessor.Prepared input = preprocessor.prepare(image);
      Activations found =
          new Activations(Features.of(graph, List.of(layer), input.tensor(), session).get(layer));
      List<Image> patches =
          IntStream.range(0, Math.min(p.channels(), found.channels()))
              .mapToObj(c -> patch(image, found, c, input))
              .toList();
      return new Result(graph, layer, found, patches, p);
    };
  }

  /** The part of an image around the place where a channel is strongest; all have one size. */
  private static Image patch(
      Image image, Activations found, int channel, Preprocessor.Prepared input) {
    Shape shape = input.tensor().shape();
    Geometry geometry = input.geometry();
    double stepX = (double) shape.dim(3) / found.width();
    double stepY = (double) shape.dim(2) / found.height();
    int at = found.strongest(channel);
    double x = geometry.toSourceX((at % found.width() + 0.5) * stepX);
    double y = geometry.toSourceY((at / found.width() + 0.5) * stepY);
    int width = side(PATCH_STEPS * stepX / geometry.scaleX(), image.width());
    int height = side(PATCH_STEPS * stepY / geometry.scaleY(), image.height());
    int left = (int) Math.max(0, Math.min(image.width() - width, Math.round(x - width / 2.0)));
    int top = (int) Math.max(0, Math.min(image.height() - height, Math.round(y - height / 2.0)));
    return image.crop(left, top, width, height);
  }

  private static int side(double wanted, int most) {
    return (int) Math.min(most, Math.max(SMALLEST_PATCH, Math.round(wanted)));
  }
}
