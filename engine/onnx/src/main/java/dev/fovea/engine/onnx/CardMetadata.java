package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A model card as text properties of a file, under keys that start with {@code fovea.}: {@code
 * name}, {@code task}, {@code classes} (a line each), {@code preprocessing.*}, and {@code attr.*}
 * for the card's attributes. Enumerations are in lower case, lists of numbers separated by blanks.
 *
 * <p>What the older versions of this form lack may be missing: {@code preprocessing.shorter_side}.
 */
public final class CardMetadata {

  /** Begins every key. */
  public static final String PREFIX = "fovea.";

  private static final String NAME = PREFIX + "name";
  private static final String TASK = PREFIX + "task";
  private static final String CLASSES = PREFIX + "classes";
  private static final String PREPROCESSING = PREFIX + "preprocessing.";
  private static final String SHORTER_SIDE = PREPROCESSING + "shorter_side";
  private static final String MARGIN = PREPROCESSING + "margin";
  private static final String ATTRIBUTE = PREFIX + "attr.";

  private final Place file;
  private final Map<String, String> entries;

  private CardMetadata(Place file, Map<String, String> entries) {
    this.file = file;
    this.entries = entries;
  }

  /**
   * The properties of a card, sorted by key.
   *
   * @throws IllegalArgumentException if the name of a class has several lines
   */
  public static Map<String, String> write(ModelCard card) {
    Map<String, String> m = new TreeMap<>();
    m.put(NAME, card.name());
    m.put(TASK, text(card.task()));
    for (String c : card.classes()) {
      if (c.lines().count() > 1 || c.endsWith("\n") || c.endsWith("\r")) {
        throw new IllegalArgumentException(
            "class '" + c + "': expected a name of one line, found several lines");
      }
    }
    if (!card.classes().isEmpty()) {
      m.put(CLASSES, String.join("\n", card.classes()));
    }
    Preprocessing p = card.preprocessing();
    m.put(PREPROCESSING + "channels", text(p.channels()));
    m.put(PREPROCESSING + "width", String.valueOf(p.width()));
    m.put(PREPROCESSING + "height", String.valueOf(p.height()));
    m.put(PREPROCESSING + "resize", text(p.resize()));
    if (p.shorterSide() != 0) {
      m.put(SHORTER_SIDE, String.valueOf(p.shorterSide()));
    }
    if (p.margin() != 0) {
      m.put(MARGIN, String.valueOf(p.margin()));
    }
    m.put(PREPROCESSING + "normalisation", text(p.normalisation()));
    m.put(PREPROCESSING + "mean", text(p.mean()));
    m.put(PREPROCESSING + "std", text(p.std()));
    m.put(PREPROCESSING + "low", String.valueOf(p.low()));
    m.put(PREPROCESSING + "high", String.valueOf(p.high()));
    card.attributes().forEach((key, value) -> m.put(ATTRIBUTE + key, value));
    return m;
  }

  /** The card in the properties of a file, or null if it has none. */
  static ModelCard read(Place file, List<StringStringEntryProto> properties)
      throws ModelFormatException {
    Map<String, String> entries = new TreeMap<>();
    for (StringStringEntryProto p : properties) {
      if (p.getKey().startsWith(PREFIX) && entries.put(p.getKey(), p.getValue()) != null) {
        throw file.error("the property '" + p.getKey() + "' twice", "it once");
      }
    }
    return entries.isEmpty() ? null : new CardMetadata(file, entries).card();
  }

  /**
   * The card in properties from elsewhere.
   *
   * @param file for messages
   * @param properties by key, of which others than those of a card are ignored
   * @throws ModelFormatException if one is missing or wrong; one line
   */
  public static ModelCard read(String file, Map<String, String> properties)
      throws ModelFormatException {
    return new CardMetadata(new Place(file), new TreeMap<>(properties)).card();
  }

  private ModelCard card() throws ModelFormatException {
    Map<String, String> attributes = new TreeMap<>();
    entries.forEach(
        (key, value) -> {
          if (key.startsWith(ATTRIBUTE)) {
            attributes.put(key.substring(ATTRIBUTE.length()), value);
          }
        });
    List<String> classes =
        entries.containsKey(CLASSES) ? List.of(entries.get(CLASSES).split("\n", -1)) : List.of();
    return new ModelCard(
        required(NAME), constant(ModelCard.Task.class, TASK), classes, preprocessing(), attributes);
  }

  private Preprocessing preprocessing() throws ModelFormatException {
    Preprocessing.Channels channels =
        constant(Preprocessing.Channels.class, PREPROCESSING + "channels");
    int width = size(PREPROCESSING + "width");
    int height = size(PREPROCESSING + "height");
    Preprocessing.Resize resize = constant(Preprocessing.Resize.class, PREPROCESSING + "resize");
    int shorterSide = entries.containsKey(SHORTER_SIDE) ? size(SHORTER_SIDE) : 0;
    float margin = entries.containsKey(MARGIN) ? number(MARGIN) : 0;
    Preprocessing.Normalisation normalisation =
        constant(Preprocessing.Normalisation.class, PREPROCESSING + "normalisation");
    float[] mean = numbers(PREPROCESSING + "mean");
    float[] std = numbers(PREPROCESSING + "std");
    float low = number(PREPROCESSING + "low");
    float high = number(PREPROCESSING + "high");
    for (float s : std) {
      if (s == 0) {
        throw file.error("a standard deviation of 0 in the model card", "other numbers");
      }
    }
    try {
      return new Preprocessing(
          channels,
          width,
          height,
          resize,
          shorterSide,
          margin,
          normalisation,
          mean,
          std,
          low,
          high);
    } catch (IllegalArgumentException e) {
      throw file.problem("model card: " + e.getMessage(), e);
    }
  }

  private String required(String key) throws ModelFormatException {
    String value = entries.get(key);
    if (value == null) {
      throw file.error("a model card without '" + key + "'", "a whole model card");
    }
    return value;
  }

  private <E extends Enum<E>> E constant(Class<E> type, String key) throws ModelFormatException {
    String value = required(key);
    E[] all = type.getEnumConstants();
    for (E e : all) {
      if (text(e).equals(value)) {
        return e;
      }
    }
    throw file.error(
        "'" + value + "' as '" + key + "' of the model card",
        Stream.of(all).map(CardMetadata::text).collect(Collectors.joining(", ")));
  }

  private float number(String key) throws ModelFormatException {
    float[] v = numbers(key);
    if (v.length != 1) {
      throw file.error(v.length + " numbers as '" + key + "' of the model card", "one");
    }
    return v[0];
  }

  private int size(String key) throws ModelFormatException {
    try {
      return Integer.parseInt(required(key));
    } catch (NumberFormatException e) {
      throw file.problem(
          "found '" + required(key) + "' as '" + key + "' of the model card, expected an integer",
          e);
    }
  }

  private float[] numbers(String key) throws ModelFormatException {
    String[] words = required(key).isBlank() ? new String[0] : required(key).strip().split(" +");
    float[] v = new float[words.length];
    for (int i = 0; i < v.length; i++) {
      try {
        v[i] = Float.parseFloat(words[i]);
      } catch (NumberFormatException e) {
        v[i] = Float.NaN;
      }
      if (!Float.isFinite(v[i])) {
        throw file.error("'" + words[i] + "' as '" + key + "' of the model card", "a number");
      }
    }
    return v;
  }

  private static String text(Enum<?> e) {
    return e.name().toLowerCase(Locale.ROOT);
  }

  private static String text(float[] v) {
    // A stream of boxed numbers: Java has none of floats, and doubles would print other digits.
    return IntStream.range(0, v.length)
        .mapToObj(i -> Float.toString(v[i]))
        .collect(Collectors.joining(" "));
  }
}
