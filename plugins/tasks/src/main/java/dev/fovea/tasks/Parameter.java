package dev.fovea.tasks;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * One setting of a task, declared once for the command line, dialogs and macros. Immutable.
 *
 * <p>The key is what macros and programs write; it is the first word of the label in lower case, as
 * ImageJ makes keys of labels. On the command line {@code minimum_area} becomes {@code
 * --minimum-area}.
 *
 * @param key lower case letters, digits and underscores
 * @param label for dialogs; begins with the key, any case
 * @param type what values are
 * @param min smallest value of a number; -infinity for none
 * @param max largest value of a number; +infinity for none
 * @param choices what a {@link Type#CHOICE} is made among; empty for other types
 * @param defaultValue value as text where none is given; null if one must be given
 * @param automatic whether {@link #AUTO} stands for what the model or the data suggest
 * @param help one sentence for people
 */
public record Parameter(
    String key,
    String label,
    Type type,
    double min,
    double max,
    List<String> choices,
    String defaultValue,
    boolean automatic,
    String help) {

  /** The value of an automatic parameter by which the model or the data decide. */
  public static final String AUTO = "auto";

  /** What a value is. */
  public enum Type {
    /** A whole number. */
    INTEGER,
    /** A number. */
    NUMBER,
    /** {@code true} or {@code false}. */
    FLAG,
    /** One of a list. */
    CHOICE,
    /** Any text. */
    TEXT,
    /** The name of a built-in model or an ONNX file. */
    MODEL,
    /** An existing folder. */
    FOLDER,
    /** A file to be written. */
    OUTPUT_FILE
  }

  /** Checks that key and label belong together and that the default is a value. */
  public Parameter {
    Objects.requireNonNull(type, "type");
    choices = List.copyOf(choices);
    if (!key.matches("[a-z][a-z0-9_]*")
        || !label.split(" ", 2)[0].toLowerCase(Locale.ROOT).equals(key)) {
      throw new IllegalArgumentException(
          "parameter '" + key + "': its label '" + label + "' does not begin with the key");
    }
    if (defaultValue != null) {
      check(key, type, min, max, choices, automatic, defaultValue);
    }
  }

  /** A whole number from {@code min} to {@code max}. */
  public static Parameter integer(
      String label, long min, long max, long defaultValue, String help) {
    return of(label, Type.INTEGER, min, max, List.of(), Long.toString(defaultValue), help);
  }

  /** A number from {@code min} to {@code max}, both included. */
  public static Parameter number(
      String label, double min, double max, double defaultValue, String help) {
    return of(label, Type.NUMBER, min, max, List.of(), Double.toString(defaultValue), help);
  }

  /** A flag that is off unless it is set. */
  public static Parameter flag(String label, String help) {
    return unbounded(label, Type.FLAG, List.of(), "false", help);
  }

  /** One of several words; the first is the default. */
  public static Parameter choice(String label, List<String> choices, String help) {
    return unbounded(label, Type.CHOICE, choices, choices.get(0), help);
  }

  /** A text. */
  public static Parameter text(String label, String defaultValue, String help) {
    return unbounded(label, Type.TEXT, List.of(), defaultValue, help);
  }

  /** A model; with a default of null it must be given. */
  public static Parameter model(String defaultValue) {
    return model(defaultValue, "The name of a built-in model, or an ONNX file.");
  }

  /** As {@link #model(String)}, of a kind that its help tells. */
  public static Parameter model(String defaultValue, String help) {
    return unbounded("Model", Type.MODEL, List.of(), defaultValue, help);
  }

  /** A folder that must be given. */
  public static Parameter folder(String label, String help) {
    return unbounded(label, Type.FOLDER, List.of(), null, help);
  }

  /** A file to be written that must be given. */
  public static Parameter outputFile(String label, String help) {
    return unbounded(label, Type.OUTPUT_FILE, List.of(), null, help);
  }

  private static Parameter unbounded(
      String label, Type type, List<String> choices, String defaultValue, String help) {
    return of(
        label,
        type,
        Double.NEGATIVE_INFINITY,
        Double.POSITIVE_INFINITY,
        choices,
        defaultValue,
        help);
  }

  private static Parameter of(
      String label,
      Type type,
      double min,
      double max,
      List<String> choices,
      String defaultValue,
      String help) {
    String key = label.split(" ", 2)[0].toLowerCase(Locale.ROOT);
    return new Parameter(key, label, type, min, max, choices, defaultValue, false, help);
  }

  /** A copy that is {@link #AUTO} unless a value is given. */
  public Parameter orAuto() {
    return new Parameter(key, label, type, min, max, choices, AUTO, true, help);
  }

  /** Whether a value must be given. */
  public boolean required() {
    return defaultValue == null;
  }

  /** The option of the command line: {@code minimum_area} is {@code --minimum-area}. */
  public String option() {
    return "--" + key.replace('_', '-');
  }

  /**
   * Checks a value.
   *
   * @throws IllegalArgumentException with one line that says what was found and expected
   */
  public void check(String value) {
    check(key, type, min, max, choices, automatic, value);
  }

  private static void check(
      String key,
      Type type,
      double min,
      double max,
      List<String> choices,
      boolean automatic,
      String value) {
    if (automatic && value.equals(AUTO)) {
      return;
    }
    boolean fits =
        switch (type) {
          case INTEGER -> value.matches("[+-]?\\d{1,18}") && inRange(value, min, max);
          case NUMBER -> isNumber(value) && inRange(value, min, max);
          case FLAG -> value.equals("true") || value.equals("false");
          case CHOICE -> choices.contains(value);
          case TEXT -> true;
          case MODEL, FOLDER, OUTPUT_FILE -> !value.isBlank();
        };
    if (!fits) {
      throw new IllegalArgumentException(
          key
              + ": found '"
              + value
              + "', expected "
              + expectation(type, min, max, choices)
              + (automatic ? " or " + AUTO : ""));
    }
  }

  private static boolean isNumber(String value) {
    // Not Double.parseDouble alone: it also takes 0x1p3, 1f and NaN.
    return value.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,3})?");
  }

  private static boolean inRange(String value, double min, double max) {
    double number = Double.parseDouble(value);
    return number >= min && number <= max;
  }

  private static String expectation(Type type, double min, double max, List<String> choices) {
    return switch (type) {
      case INTEGER -> "a whole number" + range(type, min, max);
      case NUMBER -> "a number" + range(type, min, max);
      case FLAG -> "true or false";
      case CHOICE -> "one of " + String.join(", ", choices);
      case TEXT -> "a text";
      case MODEL -> "the name of a model or a file";
      case FOLDER -> "a folder";
      case OUTPUT_FILE -> "a file";
    };
  }

  private static String range(Type type, double min, double max) {
    if (max == Double.POSITIVE_INFINITY) {
      return min == Double.NEGATIVE_INFINITY ? "" : " from " + bound(type, min);
    }
    return " from " + bound(type, min) + " to " + bound(type, max);
  }

  private static String bound(Type type, double value) {
    return type == Type.INTEGER ? Long.toString((long) value) : Double.toString(value);
  }

  /** What values are allowed, for help texts: {@code a number from 0.0 to 1.0}. */
  public String expectation() {
    return expectation(type, min, max, choices);
  }
}
