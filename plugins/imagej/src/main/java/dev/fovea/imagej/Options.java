package dev.fovea.imagej;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The options of a command as macros write them: {@code key=value} pairs and bare keywords,
 * separated by blanks; a value with blanks stands in {@code [ ]}, which may nest, or in {@code '
 * '}; {@code &name} is the value of a macro's variable.
 *
 * <p>ImageJ's own look-up takes the first place where {@code key=} stands, even inside another
 * value, and passes over what it does not know. Here every word is read, so that a misspelt key can
 * be told and does not change the result in silence.
 */
final class Options {
  private Options() {}

  /**
   * Reads a text.
   *
   * @param variables gives the value of a macro's variable as text, or null if there is none
   * @return values by key, in order; a bare keyword has the value {@code "true"}
   * @throws IllegalArgumentException if a key is given twice, a bracket is not closed or a variable
   *     does not exist
   */
  static Map<String, String> parse(String text, UnaryOperator<String> variables) {
    Map<String, String> values = new LinkedHashMap<>();
    int at = skipBlanks(text, 0);
    while (at < text.length()) {
      int end = at;
      while (end < text.length() && text.charAt(end) != '=' && !isBlank(text, end)) {
        end++;
      }
      String key = text.substring(at, end).toLowerCase(Locale.ROOT);
      String value = "true";
      if (end < text.length() && text.charAt(end) == '=') {
        int valueEnd = valueEnd(text, end + 1, key);
        value = resolve(key, text.substring(end + 1, valueEnd), variables);
        end = valueEnd;
      }
      if (values.put(key, value) != null) {
        throw new IllegalArgumentException("option '" + key + "' is given twice, expected once");
      }
      at = skipBlanks(text, end);
    }
    return values;
  }

  private static boolean isBlank(String text, int at) {
    return Character.isWhitespace(text.charAt(at));
  }

  private static int skipBlanks(String text, int from) {
    int at = from;
    while (at < text.length() && isBlank(text, at)) {
      at++;
    }
    return at;
  }

  private static int valueEnd(String text, int from, String key) {
    char first = from < text.length() ? text.charAt(from) : ' ';
    if (first == '[' || first == '\'') {
      int end = first == '[' ? closingBracket(text, from) : text.indexOf('\'', from + 1);
      if (end < 0) {
        throw new IllegalArgumentException(
            "option '" + key + "' begins with " + first + " that is not closed");
      }
      return end + 1;
    }
    int at = from;
    while (at < text.length() && !isBlank(text, at)) {
      at++;
    }
    return at;
  }

  private static int closingBracket(String text, int from) {
    int depth = 0;
    for (int at = from; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '[') {
        depth++;
      } else if (c == ']' && --depth == 0) {
        return at;
      }
    }
    return -1;
  }

  private static String resolve(String key, String word, UnaryOperator<String> variables) {
    if (word.startsWith("[") || word.startsWith("'")) {
      return word.substring(1, word.length() - 1);
    }
    if (!word.startsWith("&")) {
      return word;
    }
    String value = variables.apply(word.substring(1));
    if (value == null) {
      throw new IllegalArgumentException(
          "option '" + key + "': found " + word + ", expected the name of a variable of the macro");
    }
    return value;
  }

  /** Writes options so that {@link #parse} reads them; flags that are off are left out. */
  static String format(Map<String, String> values) {
    StringBuilder text = new StringBuilder();
    values.forEach(
        (key, value) -> {
          if (!value.equals("false")) {
            text.append(text.isEmpty() ? "" : " ").append(key);
            if (!value.equals("true")) {
              text.append('=').append(needsBrackets(value) ? "[" + value + "]" : value);
            }
          }
        });
    return text.toString();
  }

  private static boolean needsBrackets(String value) {
    return value.isEmpty() || value.chars().anyMatch(c -> Character.isWhitespace(c) || c == '[');
  }
}
