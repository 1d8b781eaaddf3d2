package dev.fovea.segmentation;

import dev.fovea.engine.image.Geometry;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Preprocessor;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing.Resize;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Tells the class of every pixel by a network of any origin. Immutable and thread-safe; needs no
 * closing.
 *
 * <p>The network gives {@code [1, K, H, W]}: a score or a probability for each class; of a single
 * plane those of the second of two classes; or, if the card says so, {@code [1, H, W]} or {@code
 * [1, 1, H, W]}, the indices of the classes themselves. If the card has a size, the image is
 * brought to it, and the probabilities back to the image by bilinear interpolation; the output may
 * have another size than the input then. Else the image goes through the network as it is, large
 * ones tile by tile (see {@link Tiling}).
 */
public final class SemanticSegmenter {
  /** Attribute of a card: what height and width of the input must be multiples of. */
  public static final String MULTIPLE = "size_multiple";

  private static final int USUAL_MULTIPLE = 32;
  private static final int MAX_MULTIPLE = 1024;
  private static final Set<String> BACKGROUND =
      Set.of("background", "__background__", "_background_", "bg", "void");

  private final ModelCard card;
  private final Inference network;
  private final Preprocessor preprocessor;
  private final List<String> classes;
  private final Tiling tiling;

  private SemanticSegmenter(
      ModelCard card, Inference network, List<String> classes, Tiling tiling) {
    this.card = card;
    this.network = network;
    this.preprocessor = new Preprocessor(card.preprocessing());
    this.classes = classes;
    this.tiling = tiling;
  }

  /**
   * Makes a segmenter.
   *
   * @param card for segmentation, with classes; that of a single class gets a background
   * @param network not closed by the segmenter
   * @throws IllegalArgumentException if the card is for something else; one line
   */
  public static SemanticSegmenter of(ModelCard card, Inference network) {
    if (card.task() != ModelCard.Task.SEGMENTATION || card.classes().isEmpty()) {
      throw wrong(
          card,
          "a card for " + card.task() + " with " + card.classes().size() + " classes",
          "one for " + ModelCard.Task.SEGMENTATION + " with classes");
    }
    if (card.preprocessing().resize() == Resize.SHORTER_SIDE_CROP) {
      throw wrong(
          card, "preprocessing that cuts the image", "stretch, letterbox or none as 'resize'");
    }
    List<String> classes = new ArrayList<>(card.classes());
    if (classes.size() == 1) {
      classes.add(0, "background");
    }
    int multiple = multiple(card);
    int tile = (Segmenter.DEFAULT_TILE + multiple - 1) / multiple * multiple;
    Tiling tiling = new Tiling(tile, Math.min(Segmenter.DEFAULT_OVERLAP, tile / 4), multiple);
    return new SemanticSegmenter(card, network, List.copyOf(classes), tiling);
  }

  private static IllegalArgumentException wrong(ModelCard card, String found, String expected) {
    return new IllegalArgumentException(
        "model '" + card.name() + "': found " + found + ", expected " + expected);
  }

  private static int multiple(ModelCard card) {
    String text = card.attributes().getOrDefault(MULTIPLE, String.valueOf(USUAL_MULTIPLE));
    int multiple = text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
    if (multiple < 1 || multiple > MAX_MULTIPLE) {
      throw wrong(card, "'" + text + "' as " + MULTIPLE, "1 to " + MAX_MULTIPLE);
    }
    return multiple;
  }

  /** Whether images go through the network in their own size. */
  public boolean takesAnySize() {
    return card.preprocessing().width() == 0;
  }

  /**
   * A segmenter with other tiles.
   *
   * @param side in pixels; rounded up to what the network takes
   */
  public SemanticSegmenter withTiles(int side) {
    int multiple = tiling.multiple();
    int tile = (side + multiple - 1) / multiple * multiple;
    int overlap = Math.min(tiling.overlap(), Math.min(tile / 4, tile - multiple));
    return new SemanticSegmenter(card, network, classes, new Tiling(tile, overlap, multiple));
  }

  /**
   * Tells the classes of an image.
   *
   * @param image grey or colour, of any size; brought to the model's channels
   * @param progress told after every tile; may cancel
   * @throws IllegalArgumentException if the image has neither 1 nor 3 channels
   * @throws IllegalStateException if the network gives something else than the card says
   */
  public SemanticSegmentation segment(Image image, Progress progress) {
    ClassProbabilities all = probabilities(image, progress);
    int[] best = all.mostProbable();
    int first = BACKGROUND.contains(classes.get(0).toLowerCase(Locale.ROOT)) ? 0 : 1;
    double[] sums = new double[classes.size()];
    int[] areas = new int[classes.size()];
    int[] labels = new int[best.length];
    for (int i = 0; i < best.length; i++) {
      sums[best[i]] += all.plane(best[i])[i];
      areas[best[i]]++;
      labels[i] = best[i] + first;
    }
    Map<Integer, String> names = new TreeMap<>();
    Map<Integer, Double> scores = new TreeMap<>();
    for (int c = 1 - first; c < areas.length; c++) {
      if (areas[c] > 0) {
        names.put(c + first, classes.get(c));
        scores.put(c + first, sums[c] / areas[c]);
      }
    }
    return new SemanticSegmentation(LabelMap.of(all.width(), all.height(), labels), names, scores);
  }

  private ClassProbabilities probabilities(Image image, Progress progress) {
    if (takesAnySize()) {
      return tiling.run(
          new TensorSource(preprocessor.apply(image)), classes.size(), this::run, progress);
    }
    Preprocessor.Prepared prepared = preprocessor.prepare(image);
    Tensor found = run(prepared.tensor());
    ClassProbabilities all = enlarged(found, prepared, image.width(), image.height());
    progress.update(1, 1);
    return all;
  }

  /** The probabilities {@code [1, K, h, w]} for an input. */
  private Tensor run(Tensor input) {
    Tensor out = network.forward(input).get(0);
    Shape s = out.shape();
    boolean labels = ModelCard.LABELS.equals(card.attributes().get(ModelCard.OUTPUT));
    int planes = s.rank() == 4 ? s.dim(1) : 1;
    boolean one = planes == 1 && (labels || (s.rank() == 4 && classes.size() == 2));
    boolean fits = s.rank() == (labels && s.rank() == 3 ? 3 : 4) && s.dim(0) == 1 && s.size() > 0;
    if (!fits || !(one || (!labels && planes == classes.size()))) {
      throw new IllegalStateException(
          "model '"
              + card.name()
              + "': found the output "
              + s
              + ", expected "
              + (labels
                  ? "[1, H, W], the index of a class for each pixel"
                  : "[1, " + classes.size() + ", H, W] for the classes of its card"));
    }
    int pixels = s.dim(-1) * s.dim(-2);
    Tensor p = Tensor.zeros(1, classes.size(), s.dim(-2), s.dim(-1));
    boolean logits = ModelCard.LOGITS.equals(card.attributes().get(ModelCard.OUTPUT));
    float[] scores = new float[classes.size()];
    for (int i = 0; i < pixels; i++) {
      read(out, i, pixels, labels, logits, scores);
      for (int c = 0; c < scores.length; c++) {
        p.array()[c * pixels + i] = scores[c];
      }
    }
    return p;
  }

  /** The probabilities of a pixel. */
  private void read(
      Tensor out, int pixel, int pixels, boolean labels, boolean logits, float[] into) {
    if (labels) {
      float index = out.get(pixel);
      if (!(index >= 0 && index < into.length)) {
        throw new IllegalStateException(
            "model '"
                + card.name()
                + "': found the class "
                + index
                + " in its output, expected one of "
                + into.length);
      }
      Arrays.fill(into, 0);
      into[(int) index] = 1;
      return;
    }
    if (out.size() == pixels) {
      float v = out.get(pixel);
      into[1] = logits ? (float) (1 / (1 + Math.exp(-v))) : v;
      into[0] = 1 - into[1];
      return;
    }
    for (int c = 0; c < into.length; c++) {
      into[c] = out.get(c * pixels + pixel);
    }
    if (logits) {
      softmax(into);
    }
  }

  /** In place; the largest is subtracted first, so that no exponential overflows. */
  private static void softmax(float[] v) {
    float max = Float.NEGATIVE_INFINITY;
    for (float x : v) {
      max = Math.max(max, x);
    }
    double sum = 0;
    for (int c = 0; c < v.length; c++) {
      v[c] = (float) Math.exp(v[c] - max);
      sum += v[c];
    }
    for (int c = 0; c < v.length; c++) {
      v[c] /= (float) sum;
    }
  }

  /** From the network's output to the pixels of the image, bilinear. */
  private ClassProbabilities enlarged(
      Tensor found, Preprocessor.Prepared prepared, int width, int height) {
    int w = found.shape().dim(3);
    int h = found.shape().dim(2);
    Geometry g = prepared.geometry();
    double scaleX = (double) w / prepared.tensor().shape().dim(3);
    double scaleY = (double) h / prepared.tensor().shape().dim(2);
    double[] xs = new double[width];
    Arrays.setAll(xs, x -> clamp(g.toTargetX(x + 0.5) * scaleX - 0.5, w));
    float[][] planes = new float[classes.size()][Grids.area(width, height)];
    for (int c = 0; c < planes.length; c++) {
      int plane = found.offset() + c * w * h;
      for (int y = 0, i = 0; y < height; y++) {
        double sy = clamp(g.toTargetY(y + 0.5) * scaleY - 0.5, h);
        int top = plane + ((int) sy) * w;
        int bottom = plane + Math.min(h - 1, (int) sy + 1) * w;
        double down = sy - (int) sy;
        for (int x = 0; x < width; x++) {
          int left = (int) xs[x];
          int right = Math.min(w - 1, left + 1);
          double along = xs[x] - left;
          float[] v = found.array();
          double upper = v[top + left] * (1 - along) + v[top + right] * along;
          double lower = v[bottom + left] * (1 - along) + v[bottom + right] * along;
          planes[c][i++] = (float) (upper * (1 - down) + lower * down);
        }
      }
    }
    return new ClassProbabilities(width, height, planes);
  }

  private static double clamp(double position, int length) {
    return Math.max(0, Math.min(length - 1, position));
  }
}
