package dev.fovea.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Tensors written down as numbers. */
final class Literals {

  private final Map<String, Tensor> tensors = new HashMap<>();

  /** Reads lines {@code name extents : elements} of a resource beside this class. */
  Literals(String resource) {
    String text;
    try (InputStream in = Literals.class.getResourceAsStream(resource)) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    text.lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line -> {
              String[] parts = line.split(" : ", 2);
              String[] head = parts[0].split(" ");
              int[] dims = new int[head.length - 1];
              for (int i = 0; i < dims.length; i++) {
                dims[i] = Integer.parseInt(head[i + 1]);
              }
              String[] numbers = parts[1].split(" ");
              float[] values = new float[numbers.length];
              for (int i = 0; i < values.length; i++) {
                values[i] = Float.parseFloat(numbers[i]);
              }
              tensors.put(head[0], Tensor.of(Shape.of(dims), values));
            });
  }

  /** A copy of a tensor of the resource. */
  Tensor get(String name) {
    return tensors.get(name).copy();
  }

  /** Evenly spaced values, both ends included. */
  static Tensor linspace(double from, double to, int... dims) {
    Tensor t = Tensor.zeros(dims);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = (float) (from + i * (to - from) / (t.size() - 1));
    }
    return t;
  }

  /** Compares with literal values: distance relative to the largest of them. */
  static void assertClose(String what, double tolerance, Tensor found, double... expected) {
    assertEquals(expected.length, found.size(), what);
    double scale = 0;
    for (double e : expected) {
      scale = Math.max(scale, Math.abs(e));
    }
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found.get(i), tolerance * scale, what + ", element " + i);
    }
  }

  /** Compares with a tensor: distance relative to its largest element. */
  static void assertClose(String what, double tolerance, Tensor found, Tensor expected) {
    assertEquals(expected.shape(), found.shape(), what);
    double[] e = new double[expected.size()];
    for (int i = 0; i < e.length; i++) {
      e[i] = expected.get(i);
    }
    assertClose(what, tolerance, found, e);
  }
}
