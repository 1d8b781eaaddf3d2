package dev.fovea.detection.box;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.box.Matcher.Label;
import dev.fovea.detection.box.Matcher.Matches;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Matching, sampling and coding. */
class MatcherTest {
  private static final double[][] OVERLAPS = {
    {0.15, 0.45, 0.2, 0.6}, {0.3, 0.65, 0.05, 0.1}, {0.05, 0.4, 0.25, 0.4}
  };

  /** The numbers of Detectron2's tests of its matcher. */
  @Test
  void withLowQuality() {
    Matches matches = Matcher.PROPOSALS.match(OVERLAPS, 4);
    assertArrayEquals(new int[] {1, 1, 2, 0}, IntStream.range(0, 4).map(matches::truth).toArray());
    assertEquals(
        List.of(Label.IGNORED, Label.POSITIVE, Label.NEGATIVE, Label.POSITIVE),
        IntStream.range(0, 4).mapToObj(matches::label).toList());
  }

  @Test
  void withoutLowQuality() {
    Matches matches = new Matcher(0.3, 0.7, false).match(OVERLAPS, 4);
    assertArrayEquals(new int[0], matches.with(Label.POSITIVE));
    assertArrayEquals(new int[] {0, 1, 3}, matches.with(Label.IGNORED));
    assertArrayEquals(new int[] {2}, matches.with(Label.NEGATIVE));
  }

  @Test
  void nothingToFind() {
    Matches matches = Matcher.PROPOSALS.match(List.of(), List.of(new Box(0, 0, 1, 1)));
    assertEquals(-1, matches.truth(0));
    assertEquals(Label.NEGATIVE, matches.label(0));
    assertEquals(0, Matcher.PROPOSALS.match(List.of(new Box(0, 0, 1, 1)), List.of()).size());
  }

  /** A box that no anchor touches must not make all anchors positive. */
  @Test
  void noAnchorNear() {
    List<Box> anchors = Boxes.of(new double[] {0, 0, 4, 4}, new double[] {4, 0, 8, 4});
    Matches matches = Matcher.PROPOSALS.match(List.of(new Box(90, 90, 95, 95)), anchors);
    assertArrayEquals(new int[] {0, 1}, matches.with(Label.NEGATIVE));
  }

  @Test
  void refused() {
    assertThrows(IllegalArgumentException.class, () -> new Matcher(0.7, 0.3, true));
    assertThrows(IllegalArgumentException.class, () -> Matcher.HEADS.match(OVERLAPS, 5));
    assertThrows(IllegalArgumentException.class, () -> new BalancedSampler(0, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new BalancedSampler(9, 1.5));
    assertThrows(IllegalArgumentException.class, () -> new BoxCoder(1, 1, 0, 1));
  }

  private static Matches matches(int positive, int ignored, int negative) {
    double[] row = new double[positive + ignored + negative];
    Arrays.fill(row, 0, positive, 0.9);
    Arrays.fill(row, positive, positive + ignored, 0.5);
    return Matcher.PROPOSALS.match(new double[][] {row}, row.length);
  }

  @Test
  void samplesAreBalancedAndSeeded() {
    Matches many = matches(300, 50, 5000);
    BalancedSampler.Sample sample = BalancedSampler.PROPOSALS.sample(many, 7);
    assertEquals(128, sample.positive().length);
    assertEquals(128, sample.negative().length);
    assertTrue(Arrays.stream(sample.positive()).allMatch(i -> i < 300));
    assertTrue(Arrays.stream(sample.negative()).allMatch(i -> i >= 350));
    assertEquals(128, Arrays.stream(sample.negative()).distinct().count());
    assertArrayEquals(sample.negative(), BalancedSampler.PROPOSALS.sample(many, 7).negative());
    assertNotEquals(
        Arrays.toString(sample.negative()),
        Arrays.toString(BalancedSampler.PROPOSALS.sample(many, 8).negative()));
  }

  @Test
  void negativesFillUp() {
    BalancedSampler.Sample sample = BalancedSampler.PROPOSALS.sample(matches(10, 0, 500), 1);
    assertEquals(10, sample.positive().length);
    assertEquals(246, sample.negative().length);
    BalancedSampler.Sample few = BalancedSampler.PROPOSALS.sample(matches(10, 5, 20), 1);
    assertEquals(20, few.negative().length);
  }

  /** Every anchor comes up about as often as any other. */
  @Test
  void samplesAreEven() {
    Matches matches = matches(20, 0, 0);
    BalancedSampler sampler = new BalancedSampler(5, 1);
    int[] counts = new int[20];
    for (int seed = 0; seed < 4000; seed++) {
      for (int i : sampler.sample(matches, seed).positive()) {
        counts[i]++;
      }
    }
    // 1000 each, with a deviation of 27.
    assertTrue(Arrays.stream(counts).allMatch(c -> c > 850 && c < 1150), Arrays.toString(counts));
  }

  /** Numbers computed by the formulas of R-CNN and SSD. */
  @Test
  void coding() {
    Box anchor = new Box(10, 20, 50, 100);
    Box target = new Box(16, 10, 60, 70);
    assertArrayEquals(
        new double[] {0.2, -0.25, 0.095310179804, -0.287682072452},
        BoxCoder.UNIT.encode(anchor, target),
        1e-10);
    double[] weighted = {2, -2.5, 0.476550899022, -1.438410362259};
    assertArrayEquals(weighted, BoxCoder.HEADS.encode(anchor, target), 1e-10);
    assertArrayEquals(weighted, BoxCoder.ofVariances(0.1, 0.2).encode(anchor, target), 1e-10);
  }

  @Test
  void decodingInverts() {
    long seed = 11;
    SplittableRandom random = new SplittableRandom(seed);
    List<Box> anchors = Boxes.random(100, 300, random);
    List<Box> targets = Boxes.random(100, 300, random);
    for (int i = 0; i < 100; i++) {
      double[] t = BoxCoder.HEADS.encode(anchors.get(i), targets.get(i));
      // Beyond the bound of the size there is no way back.
      if (Math.max(t[2], t[3]) / 5 < Math.log(1000 / 16.0)) {
        assertArrayEquals(
            targets.get(i).xyxy(),
            BoxCoder.HEADS.decode(anchors.get(i), t).xyxy(),
            1e-9,
            "seed " + seed);
      }
    }
  }

  @Test
  void sizesAreBounded() {
    Box anchor = new Box(0, 0, 16, 16);
    Box box = BoxCoder.UNIT.decode(anchor, new double[] {0, 0, 1000, 1e9});
    assertArrayEquals(new double[] {8, 8, 1000, 1000}, box.cxcywh(), 1e-9);
    Box empty = new Box(3, 3, 3, 9);
    assertThrows(IllegalArgumentException.class, () -> BoxCoder.UNIT.encode(anchor, empty));
    assertThrows(IllegalArgumentException.class, () -> BoxCoder.UNIT.decode(anchor, new double[3]));
    assertThrows(
        IllegalArgumentException.class,
        () -> BoxCoder.UNIT.decode(anchor, new double[] {Double.NaN, 0, 0, 0}));
  }
}
