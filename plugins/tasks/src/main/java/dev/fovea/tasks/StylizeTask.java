package dev.fovea.tasks;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Transforms;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.visualize.style.Colours;
import dev.fovea.visualize.style.StyleNetwork;
import java.io.IOException;
import java.util.List;

/** Paints pictures by a trained network, in one pass. */
public final class StylizeTask implements ImageTask<StylizeTask.Parameters, Image> {
  private static final String MODEL = "model";
  private static final String STYLE = "style";
  private static final String STRENGTH = "strength";
  private static final String COLOURS = "keep_colours";

  /**
   * How to paint.
   *
   * @param model name of a built-in model, or a file
   * @param style shares of the styles by name, such as {@code starry:0.7,scream:0.3}; {@link
   *     Parameter#AUTO} for the first
   * @param strength 0 for the picture, 1 for the painting
   * @param keepColours whether the colours of the picture stay
   */
  public record Parameters(String model, String style, double strength, boolean keepColours) {}

  @Override
  public String name() {
    return "stylize";
  }

  @Override
  public String description() {
    return "Paint pictures in the manner of a painting, by a network trained for it.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.model("starry"),
        Parameter.text(
                "Style (names)",
                Parameter.AUTO,
                "Of a model of several styles: which, or their shares, such as a:0.7,b:0.3. auto:"
                    + " the first.")
            .orAuto(),
        Parameter.number(
            "Strength", 0, 1, 1, "0 leaves the picture as it is, 1 is all of the painting."),
        Parameter.flag("Keep_colours", "Leave the colours of the picture."));
  }

  @Override
  public Parameters bind(Arguments a) {
    return new Parameters(a.text(MODEL), a.text(STYLE), a.number(STRENGTH), a.flag(COLOURS));
  }

  @Override
  public String modelOf(Parameters parameters) {
    return parameters.model();
  }

  @Override
  public Opened<Image> open(Model model, Parameters p, RunOptions options) throws IOException {
    ModelCard card = model.requireCard(ModelCard.Task.STYLE);
    Tensor shares = shares(p.style(), card.classes());
    boolean mixes = model.outline().inputs().size() > 1;
    return Opened.closing(
        model.open(options),
        network ->
            (image, context) -> {
              context.checkCancelled();
              return paint(network, mixes ? shares : null, p, image);
            });
  }

  private static Tensor shares(String text, List<String> names) {
    Tensor shares = Tensor.zeros(Shape.of(1, Math.max(1, names.size())));
    if (text.equals(Parameter.AUTO)) {
      shares.array()[0] = 1;
      return shares;
    }
    for (String word : text.split(",", -1)) {
      int colon = word.lastIndexOf(':');
      String name = (colon < 0 ? word : word.substring(0, colon)).strip();
      String number = colon < 0 ? "1" : word.substring(colon + 1).strip();
      int index = names.indexOf(name);
      if (index < 0 || !number.matches("\\d{0,6}\\.?\\d{1,9}")) {
        throw new IllegalArgumentException(
            STYLE
                + ": found '"
                + word
                + "', expected some of "
                + String.join(", ", names)
                + ", each with a share behind a colon");
      }
      shares.array()[index] = Float.parseFloat(number);
    }
    return shares;
  }

  private static Image paint(Inference network, Tensor shares, Parameters p, Image image) {
    Image content = Pixels.colour(image);
    // Mirrored as far as the network wants whole blocks, and cut off again.
    int right = Math.floorMod(-content.width(), StyleNetwork.STRIDE);
    int bottom = Math.floorMod(-content.height(), StyleNetwork.STRIDE);
    Tensor pixels = Pixels.of(Transforms.padReflect(content, 0, 0, right, bottom));
    Tensor painted =
        (shares == null ? network.forward(pixels) : network.forward(pixels, shares)).get(0);
    Tensor mixed = pixels.copy();
    for (int i = 0; i < mixed.size(); i++) {
      mixed.array()[i] += (float) (p.strength() * (painted.get(i) - mixed.get(i)));
    }
    Image result = Pixels.toImage(mixed).crop(0, 0, content.width(), content.height());
    return p.keepColours() ? Colours.keep(content, result) : result;
  }
}
