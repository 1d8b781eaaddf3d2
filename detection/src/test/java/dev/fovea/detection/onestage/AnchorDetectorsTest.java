package dev.fovea.detection.onestage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.Detector;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RetinaNet and SSD. */
class AnchorDetectorsTest {

  /** Random maps of two pictures of 64 x 64 pixels. */
  private static List<Tensor> maps(int boxes, int classes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Tensor> maps = new ArrayList<>();
    for (int side : new int[] {8, 4, 2}) {
      for (int channels : new int[] {boxes, classes}) {
        Tensor map = Tensor.zeros(2, channels, side, side);
        for (int i = 0; i < map.size(); i++) {
          map.array()[i] = (float) (2 * random.nextDouble() - 1);
        }
        maps.add(map);
      }
    }
    return maps;
  }

  @Test
  void gradientOfRetinaNet() {
    ObjectiveGradient.check(
        new RetinaNet.Losses(RetinaNet.head(4), 2),
        maps(36, 18, 21),
        FewPictures.target(),
        2e-2,
        22);
  }

  /** With scores that lie far apart a small step does not change which boxes are mined. */
  @Test
  void gradientOfSsd() {
    ObjectiveGradient.check(new Ssd.Losses(2), maps(24, 18, 23), FewPictures.target(), 5e-2, 24);
  }

  /** 6 boxes a cell on 84 cells; a picture without objects trains three background boxes. */
  @Test
  void ssdTrainsThreeTimesAsManyNegativesAsPositives() {
    List<Tensor> maps = maps(24, 18, 25);
    List<Tensor> gradients = maps.stream().map(Tensor::copy).toList();
    Tensor target = FewPictures.target();
    new Ssd.Losses(2).evaluate(maps, target, null, gradients, new Parallel(1));
    int[] positives = new int[2];
    int[] negatives = new int[2];
    for (int m = 1; m < gradients.size(); m += 2) {
      Tensor g = gradients.get(m);
      int cells = g.shape().dim(2) * g.shape().dim(3);
      for (int picture = 0; picture < 2; picture++) {
        for (int box = 0; box < 6 * cells; box++) {
          int at = (picture * 18 + box / cells * 3) * cells + box % cells;
          double ofBackground = g.get(at);
          positives[picture] += ofBackground > 0 ? 1 : 0;
          negatives[picture] += ofBackground < 0 ? 1 : 0;
        }
      }
    }
    assertTrue(positives[0] >= 2);
    assertEquals(3 * positives[0], negatives[0]);
    assertEquals(0, positives[1]);
    assertEquals(3, negatives[1]);
  }

  /** {@code -ln((1 - 0.01) / 0.01)}, oracle V59. */
  @Test
  void scoresOfRetinaNetStartAtOnePercent() {
    assertEquals(-4.595119850135, RetinaNet.PRIOR, 1e-5);
    Graph graph = RetinaNet.small(64, 64).build(3, 7);
    Tensor bias = graph.value("classes8.bias").tensor();
    assertEquals(27, bias.size());
    assertEquals(0.01, Heads.sigmoid(bias.get(26)), 1e-6);
  }

  @Test
  void ssdLearnsAFewPictures(@TempDir Path folder) throws IOException {
    FewPictures.learn(new Ssd(64, 64), folder, 64, 60, 0.003);
  }

  /**
   * Scores that start at 0.01 want more steps than SSD: after 60 epochs this seed stands at 0.9.
   * The discs have 10 to 23 pixels; anchors from 16 pixels on fit them better than those of the
   * paper.
   */
  @Test
  void retinaNetLearnsAFewPictures(@TempDir Path folder) throws IOException {
    FewPictures.learn(RetinaNet.small(64, 64), folder, 64, 80, 0.003);
  }

  @Test
  void sidesAndClassesThatDoNotFitAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Ssd(100, 64));
    assertThrows(IllegalArgumentException.class, () -> RetinaNet.small(64, 16));
    Ssd ssd = new Ssd(64, 64);
    Graph graph = ssd.build(2, 1);
    assertThrows(
        IllegalArgumentException.class,
        () -> Detector.of(graph, ssd.card("three", List.of("a", "b", "c"))));
  }
}
