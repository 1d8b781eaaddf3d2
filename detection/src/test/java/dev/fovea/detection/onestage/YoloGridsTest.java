package dev.fovea.detection.onestage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.Detector;
import dev.fovea.detection.box.GridAnchors;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first and the third YOLO. */
class YoloGridsTest {
  private static final int CHANNELS_OF_V3 = 3 * 7;

  private static Tensor map(SplittableRandom random, int channels, int side) {
    Tensor map = Tensor.zeros(2, channels, side, side);
    for (int i = 0; i < map.size(); i++) {
      map.array()[i] = (float) (2 * random.nextDouble() - 1);
    }
    return map;
  }

  private static List<Tensor> mapsOfV3(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Tensor> maps = new ArrayList<>();
    for (int side : new int[] {8, 4, 2}) {
      maps.add(map(random, CHANNELS_OF_V3, side));
    }
    return maps;
  }

  /** Which boxes overlap by more than one half does not change within the steps from this seed. */
  @Test
  void gradientOfV3() {
    YoloV3Loss loss = new YoloV3Loss(YoloV3.anchors(64, 64), 2);
    ObjectiveGradient.check(loss, mapsOfV3(31), FewPictures.target(), 2e-3, 32);
  }

  /** At 416 pixels the anchors are the paper's; they grow and shrink with the input. */
  @Test
  void anchorsOfV3() {
    GridAnchors anchors = YoloV3.anchors(416, 416);
    assertEquals(new GridAnchors.Size(10, 13), anchors.levels().get(0).shapes().get(0));
    assertEquals(new GridAnchors.Size(373, 326), anchors.levels().get(2).shapes().get(2));
    assertEquals(
        new GridAnchors.Size(5, 6.5), YoloV3.anchors(208, 208).levels().get(0).shapes().get(0));
  }

  /**
   * The first object, 28 x 23 pixels, is most like the anchor of 62 x 45 / 6.5 = 9.5 x 6.9 pixels
   * times 3, so that of 156 x 198 / 6.5 = 24 x 30.5; the second one, 30 x 27, is most like it, too.
   * Their centres lie in different cells.
   */
  @Test
  void anObjectOfV3IsFoundByTheAnchorOfTheMostSimilarShape() {
    YoloV3Loss loss = new YoloV3Loss(YoloV3.anchors(64, 64), 2);
    List<Tensor> maps = mapsOfV3(33);
    List<Tensor> gradients = maps.stream().map(Tensor::copy).toList();
    loss.evaluate(maps, FewPictures.target(), null, gradients, new Parallel(2));
    List<String> positive = new ArrayList<>();
    for (int l = 0; l < maps.size(); l++) {
      int side = maps.get(l).shape().dim(2);
      for (int i = 0; i < CHANNELS_OF_V3 / 7 * side * side; i++) {
        int shape = i / (side * side);
        int cell = i % (side * side);
        // Only anchors with an object have a gradient for their width.
        if (gradients.get(l).get((shape * 7 + 2) * side * side + cell) != 0) {
          positive.add(l + " " + shape + " at " + cell / side + ", " + cell % side);
        }
      }
    }
    assertEquals(List.of("2 1 at 0, 0", "2 1 at 1, 1"), positive);
  }

  @Test
  void v3LearnsAFewPictures(@TempDir Path folder) throws IOException {
    FewPictures.learn(new YoloV3(64, 64), folder, 64, 60, 0.003);
  }

  /**
   * The overlap that a confidence has to say counts as a constant, so the boxes are checked without
   * the loss of confidences, and these alone.
   */
  @Test
  void gradientOfV1() {
    YoloV1.Losses losses = new YoloV1.Losses(2, 64);
    Tensor map = map(new SplittableRandom(34), 12, 2);
    for (int kind = 0; kind < 2; kind++) {
      boolean confidences = kind == 1;
      ObjectiveGradient.check(
          (outputs, target, weights, gradients, parallel) -> {
            Tensor whole = mixed(map, outputs.get(0), confidences);
            Tensor into = whole.copy();
            Map<String, Double> sums =
                losses.evaluate(List.of(whole), target, weights, List.of(into), parallel);
            gradients.get(0).copyFrom(mixed(Tensor.zeros(2, 12, 2, 2), into, confidences));
            return confidences
                ? Map.of("all", sums.get("objects") + sums.get("background"))
                : Map.of("all", sums.get("boxes") + sums.get("classes"));
          },
          List.of(map.copy()),
          FewPictures.target(),
          2e-3,
          35);
    }
  }

  /** Confidences, or all the others, of one map, and the rest of another. */
  private static Tensor mixed(Tensor rest, Tensor chosen, boolean confidences) {
    Tensor mixed = rest.copy();
    for (int i = 0; i < mixed.size(); i++) {
      int channel = i / 4 % 12;
      if ((channel == 4 || channel == 9) == confidences) {
        mixed.array()[i] = chosen.get(i);
      }
    }
    return mixed;
  }

  /** A picture is 4 x 4 cells, so that no two of the discs share one. */
  @Test
  void v1LearnsAFewPictures(@TempDir Path folder) throws IOException {
    FewPictures.learn(new YoloV1(128, 128), folder, 128, 120, 0.003);
  }

  @Test
  void sidesAndClassesThatDoNotFitAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new YoloV3(100, 64));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new YoloV1(64, 96));
    assertTrue(e.getMessage().contains("64 x 96, expected a square"), e.getMessage());
    for (OneStageDesign design : List.of(new YoloV1(64, 64), new YoloV3(64, 64))) {
      Graph graph = design.build(2, 1);
      assertThrows(
          IllegalArgumentException.class,
          () -> Detector.of(graph, design.card("three", List.of("a", "b", "c"))));
    }
  }
}
