package dev.fovea.tasks;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.image.Resampling;
import dev.fovea.engine.image.Transforms;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.visualize.features.PictureDescent;
import dev.fovea.visualize.style.Colours;
import dev.fovea.visualize.style.PerceptualNetwork;
import dev.fovea.visualize.style.StyleTransfer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Paints pictures in the manner of others by descent, see {@link StyleTransfer}. */
public final class StyleTransferTask
    implements ImageTask<StyleTransferTask.Parameters, StyleTransferTask.Result> {
  private static final String MODEL = "model";
  private static final String STYLE = "style";
  private static final String SHARES = "shares";
  private static final String MASKS = "masks";
  private static final String SCALE = "style_scale";
  private static final String SIDE = "side";
  private static final String ITERATIONS = "iterations";
  private static final String METHOD = "method";
  private static final String RATE = "rate";
  private static final String START = "start";
  private static final String COLOURS = "keep_colours";
  private static final String CONTENT_WEIGHT = "content_weight";
  private static final String STYLE_WEIGHT = "style_weight";
  private static final String VARIATION_WEIGHT = "variation_weight";
  private static final String FRAMES = "frames";
  private static final String LBFGS = "lbfgs";
  private static final String NOISE = "noise";

  /**
   * How to paint.
   *
   * @param model name or file of the network that sees
   * @param layers its layers; empty lists for the usual
   * @param styles files of the styles
   * @param shares one for each style
   * @param masks a file for each style; empty for none
   * @param scale of the styles, relative to the picture
   * @param side length of the longer side; 0 for that of the picture
   * @param descent how the picture is changed
   * @param fromNoise whether to start from noise
   * @param keepColours whether the colours of the picture stay
   * @param contentWeight factor of the loss of the content
   * @param styleWeight factor of that of the style
   * @param variationWeight factor of the total variation
   * @param frames iterations between two frames; 0 for none
   */
  public record Parameters(
      String model,
      PerceptualOptions.Layers layers,
      List<Path> styles,
      List<Double> shares,
      List<Path> masks,
      double scale,
      int side,
      PictureDescent descent,
      boolean fromNoise,
      boolean keepColours,
      double contentWeight,
      double styleWeight,
      double variationWeight,
      int frames) {
    /** Copies the lists. */
    public Parameters {
      styles = List.copyOf(styles);
      shares = List.copyOf(shares);
      masks = List.copyOf(masks);
    }
  }

  /**
   * A painted picture.
   *
   * @param picture in 8 bits
   * @param losses at each evaluation
   * @param seconds of the descent
   * @param frames the picture on its way, if asked for
   */
  public record Result(Image picture, List<Double> losses, double seconds, List<Image> frames) {
    /** Copies the lists. */
    public Result {
      losses = List.copyOf(losses);
      frames = List.copyOf(frames);
    }
  }

  @Override
  public String name() {
    return "style-transfer";
  }

  @Override
  public String description() {
    return "Paint pictures in the manner of a painting, by any network that knows pictures.";
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    all.add(
        Parameter.model(
            null,
            "The network that sees, a classifier of colour pictures: VGG, SqueezeNet or any other"
                + " ONNX file."));
    all.add(Parameter.text("Style (files)", "", "The paintings, with commas."));
    all.add(
        Parameter.text(
                "Shares (numbers)", Parameter.AUTO, "How much each counts. auto: all the same.")
            .orAuto());
    all.add(
        Parameter.text(
            "Masks (files)",
            "",
            "For each painting a picture that is light where its style is wanted, with commas."));
    all.add(
        Parameter.number(
            "Style_scale",
            0.05,
            20,
            1,
            "Size of the paintings beside the picture: larger ones give larger strokes."));
    all.add(
        Parameter.integer("Side (pixels)", 16, 16_384, 512, "Longer side of the result.").orAuto());
    all.add(Parameter.integer("Iterations", 1, 100_000, 200, "How often the network is run."));
    all.add(Parameter.choice("Method", List.of(LBFGS, "adam"), "How the picture is changed."));
    all.add(Parameter.number("Rate", 1e-6, 1, 0.02, "Size of the steps of adam."));
    all.add(Parameter.choice("Start", List.of("content", NOISE), "What to start from."));
    all.add(Parameter.flag("Keep_colours", "Leave the colours of the picture."));
    all.addAll(PerceptualOptions.Layers.declare());
    all.add(
        Parameter.number(
            "Content_weight", 0, 1e6, 1, "How much the content of the picture counts."));
    all.add(Parameter.number("Style_weight", 0, 1e6, 200, "How much the style counts."));
    all.add(Parameter.number("Variation_weight", 0, 1e6, 0.2, "How much smoothness counts."));
    all.add(
        Parameter.integer(
            "Frames (iterations)", 0, 100_000, 0, "Keep a frame after so many; 0 for none."));
    return all;
  }

  @Override
  public Parameters bind(Arguments a) {
    if (a.text(STYLE).isBlank()) {
      throw new IllegalArgumentException(STYLE + ": found none, expected pictures of the styles");
    }
    List<Path> styles = files(a.text(STYLE));
    List<Path> masks = a.text(MASKS).isBlank() ? List.of() : files(a.text(MASKS));
    requireCount(MASKS, masks.size(), masks.isEmpty() ? 0 : styles.size());
    return new Parameters(
        a.text(MODEL),
        PerceptualOptions.Layers.bind(a),
        styles,
        shares(a, styles.size()),
        masks,
        a.number(SCALE),
        a.isAuto(SIDE) ? 0 : a.integer(SIDE),
        new PictureDescent(
            a.text(METHOD).equals(LBFGS) ? PictureDescent.Rule.LBFGS : PictureDescent.Rule.ADAM,
            a.integer(ITERATIONS),
            a.number(RATE),
            0,
            0),
        a.text(START).equals(NOISE),
        a.flag(COLOURS),
        a.number(CONTENT_WEIGHT),
        a.number(STYLE_WEIGHT),
        a.number(VARIATION_WEIGHT),
        a.integer(FRAMES));
  }

  private static List<Path> files(String list) {
    return Arrays.stream(list.split(",", -1)).map(String::strip).map(Path::of).toList();
  }

  private static List<Double> shares(Arguments a, int styles) {
    List<Double> shares = new ArrayList<>();
    if (a.isAuto(SHARES)) {
      for (int i = 0; i < styles; i++) {
        shares.add(1.0);
      }
    } else {
      for (String word : a.text(SHARES).split(",", -1)) {
        shares.add(share(word.strip()));
      }
    }
    requireCount(SHARES, shares.size(), styles);
    return shares;
  }

  private static double share(String word) {
    if (!word.matches("\\d{0,6}\\.?\\d{1,9}") || Double.parseDouble(word) == 0) {
      throw new IllegalArgumentException(
          SHARES + ": found '" + word + "', expected numbers of more than 0 with commas");
    }
    return Double.parseDouble(word);
  }

  private static void requireCount(String key, int found, int expected) {
    if (found != expected) {
      throw new IllegalArgumentException(
          "%s: found %d, expected %d, one for each style".formatted(key, found, expected));
    }
  }

  @Override
  public String modelOf(Parameters parameters) {
    return parameters.model();
  }

  @Override
  public Opened<Result> open(Model model, Parameters p, RunOptions options) throws IOException {
    if (!options.onOwnEngine()) {
      throw new IllegalArgumentException(
          "runtime: found '"
              + options.runtime()
              + "', expected "
              + RunOptions.OWN_ENGINE
              + ": only it computes gradients");
    }
    PerceptualNetwork network =
        PerceptualNetwork.of(
            model.graph(),
            model.requireCard().preprocessing(),
            p.layers().content(),
            p.layers().style());
    StyleTransfer transfer =
        new StyleTransfer(
            network, p.contentWeight(), p.styleWeight(), p.variationWeight(), options.inference());
    List<Image> paintings = new ArrayList<>();
    for (Path file : p.styles()) {
      paintings.add(ImageReader.read(file));
    }
    List<Image> masks = new ArrayList<>();
    for (Path file : p.masks()) {
      masks.add(ImageReader.read(file).asUint8().toGrey());
    }
    return (image, context) -> paint(transfer, p, paintings, masks, options.seed(), image, context);
  }

  private static Result paint(
      StyleTransfer transfer,
      Parameters p,
      List<Image> paintings,
      List<Image> masks,
      long seed,
      Image image,
      TaskContext context) {
    long start = System.nanoTime();
    int longer = Math.max(image.width(), image.height());
    Image content = Pixels.scaled(image, p.side() == 0 ? 1 : (double) p.side() / longer);
    Tensor pixels = Pixels.of(content);
    List<Image> frames = new ArrayList<>();
    PictureDescent.Result found =
        transfer.paint(
            pixels,
            styles(p, paintings, masks, content),
            p.fromNoise() ? noise(pixels.shape(), seed) : pixels,
            p.descent(),
            (iteration, loss, picture) -> {
              context.progress(
                  (double) iteration / p.descent().iterations(),
                  String.format(Locale.ROOT, "iteration %d, loss %.4g", iteration, loss));
              if (p.frames() > 0 && iteration % p.frames() == 0) {
                frames.add(Pixels.toImage(picture));
              }
              // What there is when the user wants an end is the result.
              return !context.cancelled();
            });
    Image painted = Pixels.toImage(found.picture());
    return new Result(
        p.keepColours() ? Colours.keep(content, painted) : painted,
        found.losses(),
        (System.nanoTime() - start) * 1e-9,
        frames);
  }

  private static List<StyleTransfer.Style> styles(
      Parameters p, List<Image> paintings, List<Image> masks, Image content) {
    int longer = Math.max(content.width(), content.height());
    List<StyleTransfer.Style> styles = new ArrayList<>();
    for (int i = 0; i < paintings.size(); i++) {
      Image painting = paintings.get(i);
      double scale = p.scale() * longer / Math.max(painting.width(), painting.height());
      Tensor mask =
          masks.isEmpty()
              ? null
              : Pixels.of(
                  Transforms.resize(
                      masks.get(i), content.width(), content.height(), Resampling.TRIANGLE));
      styles.add(
          new StyleTransfer.Style(
              Pixels.of(Pixels.scaled(painting, scale)), p.shares().get(i), mask));
    }
    return styles;
  }

  private static Tensor noise(Shape shape, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Tensor noise = Tensor.zeros(shape);
    for (int i = 0; i < noise.size(); i++) {
      noise.array()[i] = (float) random.nextDouble();
    }
    return noise;
  }
}
