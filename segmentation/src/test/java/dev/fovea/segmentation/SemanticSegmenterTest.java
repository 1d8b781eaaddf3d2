package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.model.Preprocessing.Channels;
import dev.fovea.engine.model.Preprocessing.Resize;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Networks written by hand, so that the class of each pixel can be told from its value. */
class SemanticSegmenterTest {
  private static final int WIDTH = 90;
  private static final int HEIGHT = 50;

  /** Dark, middle and bright vertical thirds. */
  private static Image stripes() {
    byte[] pixels = new byte[WIDTH * HEIGHT];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % WIDTH / 30 * 100);
    }
    return Image.ofUint8(WIDTH, HEIGHT, pixels);
  }

  private record Handmade(UnaryOperator<Tensor> network) implements Inference {
    @Override
    public List<Tensor> forward(Tensor... inputs) {
      return List.of(network.apply(inputs[0]));
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }

  /** Scores of three classes by brightness, for each block of pixels. */
  private static Tensor scores(Tensor x, int block) {
    int h = x.shape().dim(2) / block;
    int w = x.shape().dim(3) / block;
    Tensor y = Tensor.zeros(1, 3, h, w);
    for (int i = 0; i < h * w; i++) {
      float v = x.get(i / w * block * x.shape().dim(3) + i % w * block) * 255;
      int c = v < 50 ? 0 : v < 150 ? 1 : 2;
      y.array()[c * h * w + i] = 5;
    }
    return y;
  }

  private static ModelCard card(Preprocessing preprocessing, String output, String... classes) {
    return new ModelCard(
        "stripes",
        ModelCard.Task.SEGMENTATION,
        List.of(classes),
        preprocessing,
        Map.of(ModelCard.OUTPUT, output, SemanticSegmenter.MULTIPLE, "8"));
  }

  private static Preprocessing size(int width, int height, Resize resize) {
    return Preprocessing.unit(Channels.GREY, width, height, resize);
  }

  private static SemanticSegmentation segment(ModelCard card, UnaryOperator<Tensor> network) {
    return SemanticSegmenter.of(card, new Handmade(network)).segment(stripes(), Progress.NONE);
  }

  /** All pixels but those within a distance of the edges of the image and of the stripes. */
  private static void assertStripes(LabelMap found, int first, int distance) {
    assertEquals(WIDTH, found.width());
    assertEquals(HEIGHT, found.height());
    for (int y = distance; y < HEIGHT - distance; y++) {
      for (int x = 0; x < WIDTH; x++) {
        if (x % 30 >= distance && x % 30 < 30 - distance) {
          assertEquals(x / 30 + first, found.get(x, y), "at " + x + ", " + y);
        }
      }
    }
  }

  @Test
  void imagesOfAnySizeGoThroughInTiles() {
    ModelCard card = card(size(0, 0, Resize.NONE), ModelCard.LOGITS, "a", "b", "c");
    assertStripes(segment(card, x -> scores(x, 1)).labels(), 1, 0);
    SemanticSegmentation found =
        SemanticSegmenter.of(card, new Handmade(x -> scores(x, 1)))
            .withTiles(30)
            .segment(stripes(), Progress.NONE);
    assertStripes(found.labels(), 1, 0);
    assertEquals(Map.of(1, "a", 2, "b", 3, "c"), found.classes());
    // Softmax of 5, 0, 0.
    double p = Math.exp(5) / (Math.exp(5) + 2);
    found.scores().values().forEach(score -> assertEquals(p, score, 1e-4));
  }

  @Test
  void aBackgroundIsNoClass() {
    ModelCard card = card(size(0, 0, Resize.NONE), ModelCard.LOGITS, "Background", "b", "c");
    SemanticSegmentation found = segment(card, x -> scores(x, 1));
    assertStripes(found.labels(), 0, 0);
    assertEquals(Map.of(1, "b", 2, "c"), found.classes());
  }

  /** Also if the output is smaller than the input, as is usual. */
  @Test
  void imagesAreBroughtToTheSizeOfTheModelAndBack() {
    for (Resize resize : List.of(Resize.STRETCH, Resize.LETTERBOX)) {
      for (int block : new int[] {1, 4}) {
        ModelCard card = card(size(120, 96, resize), ModelCard.LOGITS, "a", "b", "c");
        assertStripes(segment(card, x -> scores(x, block)).labels(), 1, 2 * block);
      }
    }
  }

  @Test
  void indicesOfClasses() {
    ModelCard card = card(size(0, 0, Resize.NONE), ModelCard.LABELS, "a", "b", "c");
    UnaryOperator<Tensor> network =
        x -> {
          Tensor scores = scores(x, 1);
          int n = x.shape().size();
          Tensor y = Tensor.zeros(1, x.shape().dim(2), x.shape().dim(3));
          for (int i = 0; i < n; i++) {
            y.array()[i] = scores.get(n + i) > 0 ? 1 : scores.get(2 * n + i) > 0 ? 2 : 0;
          }
          return y;
        };
    assertStripes(segment(card, network).labels(), 1, 0);
    assertEquals(1, segment(card, network).scores().get(2), 1e-6);
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class, () -> segment(card, x -> Tensor.of(Shape.of(1, 1, 1), 7)));
    assertTrue(e.getMessage().contains("found the class 7.0 in its output, expected one of 3"));
  }

  @Test
  void aSinglePlaneIsTheForeground() {
    UnaryOperator<Tensor> bright =
        x -> {
          Tensor y = Tensor.zeros(x.shape());
          for (int i = 0; i < y.size(); i++) {
            y.array()[i] = 10 * (x.get(i) - 0.5f);
          }
          return y;
        };
    SemanticSegmentation found =
        segment(card(size(0, 0, Resize.NONE), ModelCard.LOGITS, "cell"), bright);
    assertEquals(0, found.labels().get(45, 20));
    assertEquals(1, found.labels().get(65, 20));
    assertEquals(Map.of(1, "cell"), found.classes());
    double p = 1 / (1 + Math.exp(-10 * (200 / 255.0 - 0.5)));
    assertEquals(p, found.scores().get(1), 1e-5);
  }

  @Test
  void whatDoesNotFit() {
    ModelCard two = card(size(0, 0, Resize.NONE), "", "a", "b");
    assertEquals(
        "model 'stripes': found the output [1, 3, 56, 96], expected [1, 2, H, W] for the classes of"
            + " its card",
        assertThrows(IllegalStateException.class, () -> segment(two, x -> scores(x, 1)))
            .getMessage());
    ModelCard cut = card(size(8, 8, Resize.SHORTER_SIDE_CROP), "", "a", "b", "c");
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> segment(cut, x -> x))
            .getMessage()
            .contains("found preprocessing that cuts the image"));
    ModelCard odd = two.with(SemanticSegmenter.MULTIPLE, "0");
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> segment(odd, x -> x))
            .getMessage()
            .contains("found '0' as size_multiple, expected 1 to 1024"));
    ModelCard none = card(size(0, 0, Resize.NONE), "");
    assertThrows(IllegalArgumentException.class, () -> segment(none, x -> x));
  }
}
