package dev.fovea.tasks;

import dev.fovea.engine.bioimage.Axis;
import dev.fovea.engine.bioimage.ModelDescription;
import dev.fovea.engine.bioimage.Predictor;
import dev.fovea.engine.bioimage.Processing;
import dev.fovea.engine.bioimage.TensorDescription;
import dev.fovea.engine.image.Image;
import dev.fovea.segmentation.ClassProbabilities;
import dev.fovea.segmentation.ConnectedComponents;
import dev.fovea.segmentation.Connectivity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Makes images of images with a model of bioimage.io. */
public final class PredictTask implements ImageTask<PredictTask.Parameters, PredictTask.Result> {
  private static final String MODEL = "model";
  private static final String TILE = "tile";

  /**
   * How to predict.
   *
   * @param model a package
   * @param tile largest side of the tiles that images are cut into, in pixels; empty for the usual
   */
  public record Parameters(String model, OptionalDouble tile) {}

  /**
   * What a model gives for an image or a volume.
   *
   * @param outputs in the order of the model
   */
  public record Result(List<Output> outputs) {
    /** Copies the list. */
    public Result {
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * An output of a model.
   *
   * @param name of the output
   * @param channels names of its channels
   * @param slices 32-bit images, one for each slice along z
   * @param labels for each slice the labels of its pixels, 0 for background, where the last step
   *     tells what they are: objects of a single channel that is made of zeros and ones, the most
   *     probable class of a softmax; else empty
   */
  public record Output(String name, List<String> channels, List<Image> slices, List<int[]> labels) {
    /** Copies the lists. */
    public Output {
      channels = List.copyOf(channels);
      slices = List.copyOf(slices);
      labels = List.copyOf(labels);
    }
  }

  @Override
  public String name() {
    return "predict";
  }

  @Override
  public String description() {
    return "Run a bioimage.io model on images: restored images, probability maps, masks.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.model(null, "A bioimage.io package: a zip file, or a folder with rdf.yaml."),
        Parameter.integer(
                "Tile (pixels)",
                8,
                8192,
                Predictor.DEFAULT_TILE,
                "Larger images are cut into tiles up to this size. Smaller tiles take less memory."
                    + " auto: "
                    + Predictor.DEFAULT_TILE
                    + ", for volumes "
                    + Predictor.DEFAULT_VOLUME_TILE
                    + ".")
            .orAuto());
  }

  @Override
  public Parameters bind(Arguments arguments) {
    return new Parameters(arguments.text(MODEL), arguments.numberUnlessAuto(TILE));
  }

  @Override
  public String modelOf(Parameters parameters) {
    return parameters.model();
  }

  @Override
  public Opened<Result> open(Model model, Parameters parameters, RunOptions options)
      throws IOException {
    ModelDescription description = model.requirePackage().description();
    return Opened.closing(
        model.open(options),
        network -> {
          Predictor predictor = Predictor.of(description, network);
          OptionalDouble tile = parameters.tile();
          return new Work(
              tile.isPresent() ? predictor.withTile((int) tile.getAsDouble()) : predictor);
        });
  }

  /** A predictor at work. */
  private record Work(Predictor predictor) implements Opened<Result> {
    @Override
    public Result run(Image image, TaskContext context) {
      return predict(List.of(image), context);
    }

    @Override
    public List<Result> runPages(List<Image> pages, TaskContext context) {
      return predictor.takesVolumes()
          ? List.of(predict(pages, context))
          : Opened.super.runPages(pages, context);
    }

    private Result predict(List<Image> slices, TaskContext context) {
      context.checkCancelled();
      List<Output> outputs = new ArrayList<>();
      for (Predictor.Output found :
          predictor.predict(
              slices,
              (done, total) -> {
                context.checkCancelled();
                context.progress((double) done / total, "tile " + done + " of " + total);
              })) {
        outputs.add(
            new Output(
                found.description().id(),
                channels(found),
                found.images(),
                labels(found.description(), found.images())));
      }
      return new Result(outputs);
    }
  }

  private static List<String> channels(Predictor.Output output) {
    List<String> names =
        output.description().axis("channel").map(Axis::channelNames).orElse(List.of());
    int count = output.images().get(0).channels();
    return names.size() == count
        ? names
        : IntStream.range(0, count).mapToObj(i -> "channel" + i).toList();
  }

  private static List<int[]> labels(TensorDescription output, List<Image> slices) {
    String last = "";
    for (Processing step : output.processing()) {
      // A type says nothing of what the numbers are.
      last = step.name().equals("ensure_dtype") ? last : step.name();
    }
    int channels = slices.get(0).channels();
    if (last.equals("softmax") && channels > 1) {
      return slices.stream().map(PredictTask::classes).toList();
    }
    // An object of a volume is in several slices, which are not connected here.
    if (last.equals("binarize") && channels == 1 && output.axis("z").isEmpty()) {
      return slices.stream().map(PredictTask::objects).toList();
    }
    return List.of();
  }

  private static int[] classes(Image slice) {
    float[][] planes = new float[slice.channels()][];
    for (int c = 0; c < planes.length; c++) {
      planes[c] = slice.plane(c);
    }
    return new ClassProbabilities(slice.width(), slice.height(), planes).mostProbable();
  }

  private static int[] objects(Image slice) {
    float[] plane = slice.plane(0);
    boolean[] mask = new boolean[plane.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = plane[i] > 0.5f;
    }
    return ConnectedComponents.of(mask, slice.width(), slice.height(), Connectivity.FOUR).labels();
  }
}
