package dev.fovea.tasks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Resampling;
import dev.fovea.engine.image.Transforms;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.visualize.features.Features;
import dev.fovea.visualize.features.InputPictures;
import dev.fovea.visualize.features.PictureListener;
import dev.fovea.visualize.features.PixelRange;
import java.util.ArrayList;
import java.util.List;

/**
 * Follows a picture while it is made: tells how far it is, keeps frames, and ends the work when the
 * user wants it, so that what there is by then is kept.
 */
final class PictureMaking implements PictureListener {
  /** Frames are held in memory until they are written. */
  static final int MOST_FRAMES = 1000;

  private final TaskContext context;
  private final int total;
  private final int every;
  private final InputPictures pictures;
  private final List<Image> frames = new ArrayList<>();
  private final List<Double> losses = new ArrayList<>();

  /**
   * A listener.
   *
   * @param total how many steps there will be
   * @param every after how many steps a frame is kept; 0 for none
   */
  PictureMaking(TaskContext context, int total, int every, InputPictures pictures) {
    this.context = context;
    this.total = total;
    this.every = every;
    this.pictures = pictures;
  }

  @Override
  public boolean step(int iteration, double loss, Tensor picture) {
    losses.add(loss);
    context.progress(
        Math.min(1, (double) losses.size() / total), "step " + losses.size() + " of " + total);
    if (every > 0 && losses.size() % every == 0 && frames.size() < MOST_FRAMES) {
      frames.add(pictures.toImage(picture));
    }
    return !context.cancelled();
  }

  /** Keeps a picture of a sequence. */
  void keep(Tensor picture) {
    frames.add(pictures.toImage(picture));
  }

  /** What was made. */
  MadePicture made(Tensor picture) {
    String summary =
        losses.isEmpty()
            ? "nothing"
            : "%s%d steps, objective %.4g to %.4g"
                .formatted(
                    context.cancelled() ? "cancelled after " : "",
                    losses.size(),
                    losses.get(0),
                    losses.get(losses.size() - 1));
    return new MadePicture(pictures.toImage(picture), frames, losses, summary);
  }

  /** A parameter of all that makes pictures. */
  static Parameter everyParameter() {
    return Parameter.integer(
        "Every (steps)", 0, 1_000_000, 0, "Also keep a frame each so many steps. 0: none.");
  }

  /** An image of which the longer side is so long; as it is for 0. */
  static Image sized(Image image, int longerSide) {
    double scale = longerSide / (double) Math.max(image.width(), image.height());
    return longerSide == 0
        ? image
        : Transforms.resize(
            image,
            Math.max(1, (int) Math.round(image.width() * scale)),
            Math.max(1, (int) Math.round(image.height() * scale)),
            Resampling.TRIANGLE);
  }

  /** How much one of 255 levels is in the units of a network's input, in the mean of channels. */
  static double level(PixelRange range) {
    double sum = 0;
    for (int c = 0; c < range.low().length; c++) {
      sum += range.high()[c] - range.low()[c];
    }
    return sum / range.low().length / 255;
  }

  /**
   * Names of layers.
   *
   * @param text with commas, or {@link Parameter#AUTO}
   * @param count how many by default, evenly among the convolutional ones
   * @throws dev.fovea.engine.graph.GraphException if there is none of a name
   */
  static List<String> layers(Graph graph, String text, int count) {
    List<String> names = new ArrayList<>();
    if (!text.equals(Parameter.AUTO)) {
      for (String word : text.split(",", -1)) {
        names.add(graph.value(word.strip()).name());
      }
      return names;
    }
    List<String> all = Features.convolutional(graph);
    if (all.isEmpty()) {
      throw new IllegalArgumentException(
          "layer: found no convolution in graph '"
              + graph.name()
              + "', expected the name of a layer");
    }
    for (int i = 0; i < count; i++) {
      String name = all.get((int) ((2L * i + 1) * all.size() / (2L * count)));
      if (!names.contains(name)) {
        names.add(name);
      }
    }
    return names;
  }
}
