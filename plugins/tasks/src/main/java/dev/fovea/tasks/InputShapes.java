package dev.fovea.tasks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.tensor.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The shapes of a model's inputs for which it is looked at. */
final class InputShapes {
  private static final String NAME = "shape";
  private static final Pattern EXTENTS = Pattern.compile("\\d{1,9}(x\\d{1,9})*");
  private static final int CHANNELS_FIRST = 4;

  private InputShapes() {}

  /**
   * The shapes that were asked for; for inputs that were not, one image of the size in the card,
   * else the example size of the file.
   *
   * @param card null for none
   * @param asked {@code input=1x3x224x224,mask=1x10}; the name may be left out for the first input;
   *     empty for nothing
   * @throws IllegalArgumentException if it names no input, or is no such text
   */
  static List<Shape> of(Graph graph, ModelCard card, String asked) {
    Map<String, Shape> given = parse(graph, asked);
    return graph.inputs().stream()
        .map(v -> Optional.ofNullable(given.get(v.name())).orElseGet(() -> usual(v, card)))
        .toList();
  }

  private static Map<String, Shape> parse(Graph graph, String asked) {
    Map<String, Shape> given = new LinkedHashMap<>();
    if (asked.isBlank()) {
      return given;
    }
    List<String> names = graph.inputs().stream().map(Value::name).toList();
    for (String part : asked.split(",", -1)) {
      int at = part.lastIndexOf('=');
      String first = names.isEmpty() ? "" : names.get(0);
      String name = at < 0 ? first : part.substring(0, at).strip();
      String extents = part.substring(at + 1).strip();
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            NAME + ": found the input '" + name + "', expected one of " + new TreeSet<>(names));
      }
      if (!EXTENTS.matcher(extents).matches()) {
        throw new IllegalArgumentException(
            NAME + ": found '" + part + "', expected such as " + name + "=1x3x224x224");
      }
      given.put(name, shape(extents));
    }
    return given;
  }

  private static Shape shape(String extents) {
    int[] dims = Arrays.stream(extents.split("x", -1)).mapToInt(Integer::parseInt).toArray();
    double size = Arrays.stream(dims).asDoubleStream().reduce(1, (a, b) -> a * b);
    if (size < 1 || size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          NAME + ": found " + extents + ", expected 1 to 2^31 - 1 elements");
    }
    return Shape.of(dims);
  }

  private static Shape usual(Value input, ModelCard card) {
    Shape shape = input.shape();
    boolean sized = card != null && card.preprocessing().width() > 0;
    if (!sized || shape.rank() != CHANNELS_FIRST || input.freeDims().isEmpty()) {
      return shape;
    }
    int height = input.freeDims().get(2).isEmpty() ? shape.dim(2) : card.preprocessing().height();
    int width = input.freeDims().get(3).isEmpty() ? shape.dim(3) : card.preprocessing().width();
    return shape.with(2, height).with(3, width);
  }
}
