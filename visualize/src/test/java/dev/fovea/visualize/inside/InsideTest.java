package dev.fovea.visualize.inside;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class InsideTest {
  @Test
  void channelsOfALayer() {
    Activations a = new Activations(Tensor.of(Shape.of(1, 2, 1, 3), 1, 5, 5, -1, -2, 0));
    assertArrayEquals(new float[] {-1, -2, 0}, a.channel(1));
    assertEquals(1, a.strongest(0), "the first of equal ones");
    assertEquals(2, a.strongest(1));
    assertArrayEquals(new double[] {11 / 3.0, -1}, a.means(), 1e-6);
    assertEquals(2, a.stack().size());
    assertEquals(2 * 3 * 2 + 1, a.montage(9, 2).width(), "two columns");
    Activations vector = new Activations(Tensor.of(Shape.of(1, 3), 1, 2, 3));
    assertEquals(3, vector.channels());
    assertThrows(IllegalArgumentException.class, () -> new Activations(Tensor.zeros(2, 3, 4, 4)));
  }

  @Test
  void theStrongestPatchesStay() {
    StrongestPatches patches = new StrongestPatches(2, 2);
    Image image = Image.ofUint8(1, 1, new byte[] {7});
    for (float strength : new float[] {1, 4, 2, 3}) {
      patches.add(0, strength, image);
      patches.add(1, -strength, image);
    }
    assertEquals(List.of(4f, 3f), patches.strengths(0));
    assertEquals(List.of(-1f, -2f), patches.strengths(1));
    assertEquals(1 + 2 + 1, patches.sheet().width());
    assertEquals(1 + 2 + 1, patches.sheet().height());
  }

  @Test
  void neighborsByTheAngle() {
    List<double[]> vectors =
        List.of(new double[] {1, 0}, new double[] {5, 1}, new double[] {0, 3}, new double[2]);
    List<FeatureNeighbors.Neighbor> near = FeatureNeighbors.nearest(vectors, 0, 2);
    assertEquals(1, near.get(0).index());
    assertEquals(5 / Math.sqrt(26), near.get(0).similarity(), 1e-12);
    assertEquals(2, near.get(1).index(), "of equal ones the first");
  }
}
