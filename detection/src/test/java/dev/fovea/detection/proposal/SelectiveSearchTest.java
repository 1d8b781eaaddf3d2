package dev.fovea.detection.proposal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.box.Box;
import dev.fovea.detection.evaluation.ProposalRecall;
import dev.fovea.engine.image.Image;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SelectiveSearchTest {

  @Test
  void similaritiesOfSizeAndFill() {
    Region a = new Region(100, new Box(0, 0, 10, 10), new float[] {1, 0}, new float[] {0.5f, 0.5f});
    Region b =
        new Region(300, new Box(5, 0, 40, 20), new float[] {0.25f, 0.75f}, new float[] {0, 1});
    // Of a joint box of 800 pixels in a picture of 10,000.
    assertEquals(0.96, Similarity.SIZE.of(a, b, 10_000), 1e-12);
    assertEquals(0.96, Similarity.FILL.of(a, b, 10_000), 1e-12);
    assertEquals(0.25, Similarity.COLOR.of(a, b, 10_000), 1e-7);
    assertEquals(0.5, Similarity.TEXTURE.of(a, b, 10_000), 1e-7);
    Region both = a.joined(b);
    assertEquals(400, both.size());
    assertEquals(new Box(0, 0, 40, 20), both.box());
    assertArrayEquals(new float[] {0.4375f, 0.5625f}, both.colors(), 1e-6f);
  }

  @Test
  void colorsOfRedAndWhite() {
    assertColor(ColorSpace.HSV, 255, 0, 0, 0, 255, 255);
    assertColor(ColorSpace.HSV, 255, 255, 255, 0, 0, 255);
    // L*a*b* of sRGB red under D65 is 53.24, 80.09, 67.20.
    assertColor(ColorSpace.LAB, 255, 0, 0, 2.55 * 53.24, 208.09, 195.20);
    assertColor(ColorSpace.LAB, 255, 255, 255, 255, 128, 128);
    assertColor(ColorSpace.LAB, 0, 0, 0, 0, 128, 128);
    assertColor(ColorSpace.RGI, 30, 60, 60, 51, 102, 50);
    assertColor(ColorSpace.RGI, 0, 0, 0, 85, 85, 0);
    assertColor(ColorSpace.HUE, 0, 255, 0, 85);
    assertColor(ColorSpace.INTENSITY, 10, 20, 60, 30);
  }

  private static void assertColor(ColorSpace space, int r, int g, int b, double... expected) {
    float[][] planes =
        space.planes(
            Image.ofUint8(
                1, 1, new byte[] {(byte) r}, new byte[] {(byte) g}, new byte[] {(byte) b}));
    assertEquals(expected.length, planes.length);
    for (int c = 0; c < expected.length; c++) {
      assertEquals(expected[c], planes[c][0], 0.02, space + " channel " + c);
    }
  }

  /** A green ball with a red core, and a blue bar, on grey with a little noise. */
  private static Image scene() {
    SplittableRandom random = new SplittableRandom(3);
    byte[][] rgb = new byte[3][96 * 80];
    for (int i = 0; i < rgb[0].length; i++) {
      int x = i % 96;
      int y = i / 96;
      int[] color = {128, 128, 128};
      if (Math.hypot(x - 29.5, y - 39.5) < 20) {
        color = new int[] {30, 200, 30};
      }
      if (Math.hypot(x - 29.5, y - 39.5) < 10) {
        color = new int[] {220, 30, 30};
      }
      if (x >= 64 && x < 76 && y >= 10 && y < 70) {
        color = new int[] {30, 30, 220};
      }
      for (int c = 0; c < 3; c++) {
        rgb[c][i] = (byte) (color[c] + random.nextInt(9) - 4);
      }
    }
    return Image.ofUint8(96, 80, rgb);
  }

  private static final List<Box> TRUTH =
      List.of(new Box(10, 20, 50, 60), new Box(20, 30, 40, 50), new Box(64, 10, 76, 70));

  @Test
  void objectsWithinObjectsAreFound() {
    List<Box> proposals = SelectiveSearch.fast(1).propose(scene());
    ProposalRecall recall = new ProposalRecall();
    recall.add(TRUTH, proposals);
    assertEquals(1, recall.recall(0.8, proposals.size()), () -> "among " + proposals);
    assertTrue(proposals.size() < 400, proposals.size() + " proposals");
    assertTrue(proposals.contains(new Box(0, 0, 96, 80)), "the whole picture");
    assertEquals(proposals.size(), Set.copyOf(proposals).size(), "each box once");
    assertTrue(proposals.stream().allMatch(b -> b.isInside(96, 80) && !b.isEmpty()));
  }

  @Test
  void theSeedDecidesTheOrderAlone() {
    List<Box> one = SelectiveSearch.fast(1).propose(scene());
    assertEquals(one, SelectiveSearch.fast(1).propose(scene()));
    List<Box> other = SelectiveSearch.fast(2).propose(scene());
    assertNotEquals(one, other);
    assertEquals(new HashSet<>(one), new HashSet<>(other));
  }

  @Test
  void greyAndTinyPicturesHaveProposals() {
    Image dot = Image.ofUint8(1, 1, new byte[] {5});
    assertEquals(List.of(new Box(0, 0, 1, 1)), SelectiveSearch.quality(1).propose(dot));
    Image ramp = Image.ofUint16(2, 2, new short[] {0, 10_000, 20_000, -1});
    assertTrue(SelectiveSearch.single(1).propose(ramp).contains(new Box(0, 0, 2, 2)));
  }

  @Test
  void refusesToDoNothing() {
    List<Set<Similarity>> size = List.of(Set.of(Similarity.SIZE));
    assertThrows(
        IllegalArgumentException.class, () -> new SelectiveSearch(List.of(), List.of(50), size, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SelectiveSearch(List.of(ColorSpace.HSV), List.of(0), size, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SelectiveSearch(List.of(ColorSpace.HSV), List.of(50), List.of(Set.of()), 1));
  }

  @Test
  void recallGrowsWithTheNumberOfProposals() {
    ProposalRecall recall = new ProposalRecall();
    assertEquals(-1, recall.recall(0.5, 10));
    Box truth = new Box(0, 0, 10, 10);
    // Overlaps of 0.25, 0.6 and 1.
    List<Box> ranked = List.of(new Box(0, 0, 5, 5), new Box(0, 0, 10, 6), truth);
    recall.add(List.of(truth, new Box(3, 3, 3, 9)), ranked);
    recall.add(List.of(truth), List.of());
    assertEquals(2, recall.objects());
    assertEquals(1.5, recall.proposalsPerPicture());
    assertEquals(0, recall.recall(0.5, 1));
    assertEquals(0.5, recall.recall(0.5, 2));
    assertEquals(0, recall.recall(0.7, 2));
    assertEquals(0.5, recall.recall(0.7, 1000));
    assertEquals(0.3, recall.meanBestOverlap(2), 1e-12);
  }
}
