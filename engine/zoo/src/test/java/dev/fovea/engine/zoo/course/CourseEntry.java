package dev.fovea.engine.zoo.course;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the course checks one solution by.
 *
 * @param name of the entry
 * @param metric how a distance is measured
 * @param tolerance the largest distance, for a program in double precision
 * @param inputs what the solution is given
 * @param expected what it shall find
 */
record CourseEntry(
    String name,
    Metric metric,
    double tolerance,
    Map<String, Numbers> inputs,
    Map<String, Numbers> expected) {

  /** Numbers with a shape, in row-major order. */
  record Numbers(Shape shape, double[] values) {

    Tensor tensor() {
      Tensor t = Tensor.zeros(shape);
      for (int i = 0; i < values.length; i++) {
        t.array()[i] = (float) values[i];
      }
      return t;
    }
  }

  /** How far two arrays lie apart. */
  enum Metric {
    /** The largest {@code |a - b| / max(1e-8, |a| + |b|)}. */
    REL,
    /** The largest {@code |a - b|}. */
    ABS,
    /** The sum of {@code |a - b|}. */
    SUM_ABS,
    /** The largest {@code |a - b|}; only 0 will do. */
    EXACT;

    double distance(double[] a, double[] b) {
      if (this == REL) {
        return relative(a, b, 1e-8);
      }
      double largest = 0;
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        double d = Math.abs(a[i] - b[i]);
        largest = Math.max(largest, d);
        sum += d;
      }
      return this == SUM_ABS ? sum : largest;
    }

    /** The largest {@code |a - b| / max(floor, |a| + |b|)}. */
    static double relative(double[] a, double[] b, double floor) {
      double largest = 0;
      for (int i = 0; i < a.length; i++) {
        double size = Math.max(floor, Math.max(1e-8, Math.abs(a[i]) + Math.abs(b[i])));
        largest = Math.max(largest, Math.abs(a[i] - b[i]) / size);
      }
      return largest;
    }
  }

  /** An input as a tensor of its own. */
  Tensor in(String name) {
    return inputs.get(name).tensor();
  }

  /** All entries of the resource {@code course.txt}, whose head says how it is written. */
  static List<CourseEntry> all() {
    String text;
    try (InputStream in = CourseEntry.class.getResourceAsStream("course.txt")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, CourseEntry> entries = new LinkedHashMap<>();
    List<Reference> references = new ArrayList<>();
    CourseEntry entry = null;
    for (String line : text.lines().toList()) {
      String[] words = line.split(" ");
      if (words[0].equals("entry")) {
        Metric metric = Metric.valueOf(words[2].toUpperCase(Locale.ROOT));
        entry =
            new CourseEntry(
                words[1],
                metric,
                Double.parseDouble(words[3]),
                new LinkedHashMap<>(),
                new LinkedHashMap<>());
        entries.put(words[1], entry);
      } else if (words[0].equals("in") || words[0].equals("out")) {
        entry.read(words, references);
      }
    }
    references.forEach(r -> r.resolve(entries));
    return List.copyOf(entries.values());
  }

  /** Numbers that are the first ones of another entry's input. */
  private record Reference(Numbers to, String entry, String input) {
    void resolve(Map<String, CourseEntry> entries) {
      double[] from = entries.get(entry).inputs.get(input).values;
      System.arraycopy(from, 0, to.values, 0, to.values.length);
    }
  }

  private void read(String[] words, List<Reference> references) {
    int end = 2;
    while (!words[end].matches(":|linspace|as")) {
      end++;
    }
    int[] dims = new int[end - 2];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = Integer.parseInt(words[i + 2]);
    }
    Shape shape = Shape.of(dims);
    Numbers numbers = new Numbers(shape, new double[shape.size()]);
    (words[0].equals("in") ? inputs : expected).put(words[1], numbers);
    if (words[end].equals("as")) {
      references.add(new Reference(numbers, words[end + 1], words[end + 2]));
      return;
    }
    for (int i = 0; i < numbers.values.length; i++) {
      numbers.values[i] =
          words[end].equals(":")
              ? Double.parseDouble(words[end + 1 + i])
              : linspace(words, end, i, numbers.values.length);
    }
  }

  private static double linspace(String[] words, int at, int i, int count) {
    double from = Double.parseDouble(words[at + 1]);
    double to = Double.parseDouble(words[at + 2]);
    return from + i * (to - from) / (count - 1);
  }
}
