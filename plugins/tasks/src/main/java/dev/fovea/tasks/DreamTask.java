package dev.fovea.tasks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.Classifier;
import dev.fovea.visualize.features.FeatureLoss;
import dev.fovea.visualize.features.FeatureObjective;
import dev.fovea.visualize.features.FeatureObjective.Term;
import dev.fovea.visualize.features.Features;
import dev.fovea.visualize.features.FourierPicture;
import dev.fovea.visualize.features.InputPictures;
import dev.fovea.visualize.features.PictureDescent;
import dev.fovea.visualize.features.PictureDescent.Rule;
import dev.fovea.visualize.features.PictureObjective;
import dev.fovea.visualize.features.PixelRange;
import dev.fovea.visualize.synthesis.ActivationLoss;
import dev.fovea.visualize.synthesis.DeepDream;
import dev.fovea.visualize.synthesis.FeatureMatching;
import dev.fovea.visualize.synthesis.GuideLoss;
import dev.fovea.visualize.synthesis.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * DeepDream: changes an image so that a layer, a channel of it or a class becomes strong, over
 * octaves; with a guide image, and as a sequence that zooms in. From noise, a picture of a class.
 */
public final class DreamTask implements ImageTask<DreamTask.Parameters, MadePicture> {
  private static final String MODEL = "model";
  private static final String LAYER = "layer";
  private static final String CHANNEL = "channel";
  private static final String CLASS = "class";
  private static final String GUIDE = "guide";
  private static final String NOISE = "noise";
  private static final String FOURIER = "fourier";
  private static final String SIZE = "longer_side";
  private static final String OCTAVES = "octaves";
  private static final String SCALE = "octave_scale";
  private static final String ITERATIONS = "iterations";
  private static final String RATE = "rate";
  private static final String JITTER = "jitter";
  private static final String SMOOTHNESS = "smoothness";
  private static final String FRAMES = "frames";
  private static final String ZOOM = "zoom";
  private static final String EVERY = "every";

  private static final double NOISE_STRENGTH = 0.2;
  private static final double FIRST_FREQUENCIES = 0.01;
  private static final double FREQUENCY_RATE = 0.05;

  /**
   * How to dream.
   *
   * @param model name of a built-in model, or a file
   * @param layer that becomes strong; {@link Parameter#AUTO} for one in the middle
   * @param channel of the layer; -1 for all
   * @param className class that becomes strong instead of a layer; {@link Parameter#AUTO} for none
   * @param guide file of an image whose features are dreamt; empty for none
   * @param noise whether to start from noise in place of the image
   * @param fourier whether to start from nothing and change frequencies in place of pixels
   * @param size longer side in pixels; 0 for that of the image
   * @param octaves how many
   * @param scale from octave to octave
   * @param iterations in each octave
   * @param rate step in levels of 255
   * @param jitter in pixels
   * @param smoothness weight of total variation
   * @param frames of the sequence; 1 for the image alone
   * @param zoom from frame to frame
   * @param every after how many steps a frame is kept; 0 for none
   */
  public record Parameters(
      String model,
      String layer,
      int channel,
      String className,
      String guide,
      boolean noise,
      boolean fourier,
      int size,
      int octaves,
      double scale,
      int iterations,
      double rate,
      int jitter,
      double smoothness,
      int frames,
      double zoom,
      int every) {}

  @Override
  public String name() {
    return "dream";
  }

  @Override
  public String description() {
    return "Let a network dream into images (DeepDream), or make a picture of a class.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.model(null),
        Parameter.text("Layer (name)", Parameter.AUTO, "What becomes strong. auto: in the middle.")
            .orAuto(),
        Parameter.integer("Channel", 0, 100_000, 0, "Of the layer. auto: all channels.").orAuto(),
        Parameter.text(
                "Class", Parameter.AUTO, "A class that becomes strong instead. auto: the layer.")
            .orAuto(),
        Parameter.text("Guide (file)", "", "An image whose features at the layer are dreamt."),
        Parameter.flag("Noise", "Start from noise in place of the image."),
        Parameter.flag(
            "Fourier",
            "Start from grey and change frequencies, and colours that vary as in the image, in"
                + " place of pixels; without octaves, rate and frames."),
        Parameter.integer(
                "Longer_side (pixels)", 32, 8192, 1024, "Size of the picture. auto: as it is.")
            .orAuto(),
        Parameter.integer("Octaves", 1, 16, 4, "How many sizes, from small to full."),
        Parameter.number("Octave_scale", 1.05, 4, 1.4, "From one size to the next."),
        Parameter.integer("Iterations", 1, 100_000, 10, "Steps in each octave."),
        Parameter.number("Rate (levels)", 0.001, 255, 1.5, "Mean change of a pixel in a step."),
        Parameter.integer("Jitter (pixels)", 0, 1024, 32, "How far the picture is moved about."),
        Parameter.number("Smoothness", 0, 1e9, 0, "Weight of total variation."),
        Parameter.integer(
            "Frames", 1, PictureMaking.MOST_FRAMES, 1, "Frames of a sequence that zooms in."),
        Parameter.number("Zoom", 1, 2, 1.05, "From frame to frame of the sequence."),
        PictureMaking.everyParameter());
  }

  @Override
  public Parameters bind(Arguments a) {
    return new Parameters(
        a.text(MODEL),
        a.text(LAYER),
        (int) a.numberUnlessAuto(CHANNEL).orElse(-1),
        a.text(CLASS),
        a.text(GUIDE),
        a.flag(NOISE),
        a.flag(FOURIER),
        (int) a.numberUnlessAuto(SIZE).orElse(0),
        a.integer(OCTAVES),
        a.number(SCALE),
        a.integer(ITERATIONS),
        a.number(RATE),
        a.integer(JITTER),
        a.number(SMOOTHNESS),
        a.integer(FRAMES),
        a.number(ZOOM),
        a.integer(EVERY));
  }

  @Override
  public String modelOf(Parameters parameters) {
    return parameters.model();
  }

  @Override
  public Opened<MadePicture> open(Model model, Parameters p, RunOptions options)
      throws IOException {
    ModelCard card = model.requireCard();
    InputPictures pictures = new InputPictures(card.preprocessing());
    boolean toClass = !p.className().equals(Parameter.AUTO);
    String layer =
        toClass
            ? Classifier.scores(model.graph()).name()
            : PictureMaking.layers(model.graph(), p.layer(), 1).get(0);
    Graph graph = Features.ofAnySize(model.graph(), List.of(layer));
    int channel = toClass ? ClassNames.indexOf(p.className(), card.classes()) : p.channel();
    FeatureLoss loss = new ActivationLoss(channel);
    if (!p.guide().isEmpty()) {
      Image guide = PictureMaking.sized(ImageReader.read(Path.of(p.guide())), p.size());
      Tensor features =
          Features.of(graph, List.of(layer), pictures.toInput(guide), options.inference())
              .get(layer);
      loss = new GuideLoss(features);
    }
    FeatureObjective objective =
        new FeatureObjective(graph, List.of(new Term(layer, 1, loss)), options.inference());
    PixelRange range = pictures.range();
    PictureDescent descent =
        new PictureDescent(
            Rule.NORMALIZED_GRADIENT,
            p.iterations(),
            p.rate() * PictureMaking.level(range),
            p.jitter(),
            options.seed());
    DeepDream dream = new DeepDream(p.octaves(), p.scale(), descent);
    return (image, context) -> {
      Tensor start = pictures.toInput(PictureMaking.sized(image, p.size()));
      Tensor original = start;
      int height = start.shape().dim(2);
      int width = start.shape().dim(3);
      if (p.noise()) {
        start = Tensors.noise(range, height, width, NOISE_STRENGTH, options.seed());
      }
      PictureObjective whole = FeatureMatching.smooth(objective, p.smoothness(), range, start);
      if (p.fourier()) {
        PictureMaking making = new PictureMaking(context, p.iterations(), p.every(), pictures);
        FourierPicture frequencies = FourierPicture.like(original, range);
        return making.made(byFrequencies(frequencies, whole, p, options.seed(), making));
      }
      int total = p.frames() * dream.iterations(height, width);
      PictureMaking making = new PictureMaking(context, total, p.every(), pictures);
      Tensor picture = dream.dream(whole, start, range, making);
      for (int frame = 1; frame < p.frames(); frame++) {
        making.keep(picture);
        if (context.cancelled()) {
          break;
        }
        picture = dream.dream(whole, zoomed(picture, p.zoom()), range, making);
      }
      if (p.frames() > 1 && !context.cancelled()) {
        making.keep(picture);
      }
      return making.made(picture);
    };
  }

  /** Changes frequencies by Adam; the picture at the end. */
  private static Tensor byFrequencies(
      FourierPicture frequencies,
      PictureObjective objective,
      Parameters p,
      long seed,
      PictureMaking making) {
    Tensor end =
        new PictureDescent(Rule.ADAM, p.iterations(), FREQUENCY_RATE, 0, seed)
            .minimize(
                frequencies.of(objective, p.jitter(), seed),
                frequencies.parameters(FIRST_FREQUENCIES, seed),
                null,
                (iteration, loss, parameters) ->
                    making.step(iteration, loss, frequencies.picture(parameters)))
            .picture();
    return frequencies.picture(end);
  }

  /** The middle of a picture in the size of the whole. */
  private static Tensor zoomed(Tensor picture, double zoom) {
    int height = picture.shape().dim(2);
    int width = picture.shape().dim(3);
    int h = Math.max(1, (int) Math.round(height / zoom));
    int w = Math.max(1, (int) Math.round(width / zoom));
    return Tensors.resized(Tensors.centre(picture, h, w), height, width);
  }
}
