package dev.fovea.engine.bioimage;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs the model of a package on images: from raw pixels by its preprocessing, the network tile by
 * tile, and its postprocessing to images. Immutable, and as thread-safe as the network; needs no
 * closing, does not close the network.
 *
 * <p>Statistics of steps are those of the whole image. Beyond the network's own memory for a tile,
 * it takes about 8 bytes for each number of input and output, twice that in steps with statistics.
 */
public final class Predictor {
  /** Largest side of a tile in pixels unless another is asked for. */
  public static final int DEFAULT_TILE = 512;

  /** The same for volumes. */
  public static final int DEFAULT_VOLUME_TILE = 128;

  private final ModelDescription description;
  private final TensorDescription input;
  private final Inference network;
  private final int tile;

  /**
   * An output as images.
   *
   * @param description of the output
   * @param images one for each slice along z, with a plane for each channel
   */
  public record Output(TensorDescription description, List<Image> images) {
    /** Copies the list. */
    public Output {
      images = List.copyOf(images);
    }
  }

  private Predictor(ModelDescription description, Inference network, int tile) {
    this.description = description;
    this.input = description.inputs().get(0);
    this.network = network;
    this.tile = tile;
  }

  /**
   * A predictor of a model that makes images of one image or volume.
   *
   * @param network its weights, opened
   * @throws IllegalArgumentException if it takes or makes something else
   */
  public static Predictor of(ModelDescription description, Inference network) {
    if (description.inputs().size() != 1) {
      throw new IllegalArgumentException(
          "model '"
              + description.name()
              + "': found "
              + description.inputs().size()
              + " inputs, expected one image");
    }
    requireImage(description, description.inputs().get(0));
    description.outputs().forEach(output -> requireImage(description, output));
    boolean volume = description.inputs().get(0).axis("z").isPresent();
    return new Predictor(description, network, volume ? DEFAULT_VOLUME_TILE : DEFAULT_TILE);
  }

  private static void requireImage(ModelDescription model, TensorDescription tensor) {
    if (!tensor.isImage()) {
      throw new IllegalArgumentException(
          "model '"
              + model.name()
              + "': found the axes "
              + tensor.axes()
              + " of '"
              + tensor.id()
              + "', expected an image with x and y");
    }
  }

  /**
   * A predictor with other tiles.
   *
   * @param side largest side in pixels, unless the model or its halo needs more
   */
  public Predictor withTile(int side) {
    if (side < 1) {
      throw new IllegalArgumentException("tile: found " + side + ", expected 1 or more pixels");
    }
    return new Predictor(description, network, side);
  }

  /** What the package says. */
  public ModelDescription description() {
    return description;
  }

  /** Whether it takes a stack of slices as one volume. */
  public boolean takesVolumes() {
    return input.axis("z").isPresent();
  }

  /**
   * Runs the model.
   *
   * @param slices one image, or the slices of a volume, all of one size
   * @param progress told after every tile; may cancel
   * @return the outputs in the order of the description
   * @throws IllegalArgumentException if the images do not fit the model
   * @throws IllegalStateException if the network gives other shapes than described
   */
  public List<Output> predict(List<Image> slices, TileProgress progress) {
    if (slices.isEmpty() || (slices.size() > 1 && !takesVolumes())) {
      throw new IllegalArgumentException(
          "found " + slices.size() + " slices, expected " + (takesVolumes() ? "some" : "one"));
    }
    Image first = slices.get(0);
    for (Image slice : slices) {
      if (slice.width() != first.width() || slice.height() != first.height()) {
        throw new IllegalArgumentException(
            "found a slice of "
                + slice.width()
                + " x "
                + slice.height()
                + " pixels, expected "
                + first.width()
                + " x "
                + first.height()
                + " as the first");
      }
    }
    Sample raw = ImageTensors.sample(slices, input);
    Map<String, Sample> inputs = Map.of(input.id(), raw);
    Sample ready = process(input.processing(), raw, inputs);
    List<Tensor> found = new TiledNetwork(description, network).run(ready.tensor(), tile, progress);
    List<Output> outputs = new ArrayList<>();
    for (int k = 0; k < found.size(); k++) {
      TensorDescription output = description.outputs().get(k);
      Sample sample =
          process(output.processing(), new Sample(output.axisIds(), found.get(k)), inputs);
      outputs.add(new Output(output, ImageTensors.images(sample, first)));
    }
    return outputs;
  }

  /** Applies steps one after the other. */
  static Sample process(List<Processing> steps, Sample sample, Map<String, Sample> inputs) {
    Sample current = sample;
    for (Processing step : steps) {
      current = step.apply(current, inputs);
    }
    return current;
  }
}
