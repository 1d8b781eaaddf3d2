package dev.fovea.detection.box;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Boxes and comparisons of the tests. */
final class Boxes {
  private Boxes() {}

  static List<Box> of(double[]... corners) {
    return Arrays.stream(corners).map(c -> new Box(c[0], c[1], c[2], c[3])).toList();
  }

  static double[] row(double... numbers) {
    return numbers;
  }

  static void assertRows(double[][] expected, double[][] found, double tolerance) {
    assertEquals(expected.length, found.length);
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], found[i], tolerance, "row " + i);
    }
  }

  static void assertBoxes(
      double[][] expected, List<Box> found, Function<Box, double[]> form, double tolerance) {
    assertRows(expected, found.stream().map(form).toArray(double[][]::new), tolerance);
  }

  static List<Box> random(int n, double size, SplittableRandom random) {
    return IntStream.range(0, n)
        .mapToObj(
            i ->
                Box.ofSize(
                    random.nextDouble(size),
                    random.nextDouble(size),
                    random.nextDouble(1, size / 2),
                    random.nextDouble(1, size / 2)))
        .toList();
  }
}
