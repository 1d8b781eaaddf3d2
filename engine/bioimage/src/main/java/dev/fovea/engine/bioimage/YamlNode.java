package dev.fovea.engine.bioimage;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A value of a YAML document, read as what its reader expects. All scalars are texts: what {@code
 * 1.10} or {@code no} is depends on who asks. Immutable.
 */
final class YamlNode {
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

  /** Possessive, so linear: a file may have a million digits. */
  private static final String NUMBER = "[+-]?(\\d++\\.?\\d*+|\\.\\d++)([eE][+-]?\\d{1,3})?";

  private final Place place;
  private final Object value;

  /**
   * A value.
   *
   * @param value a Map, a List or a String; null for nothing
   */
  YamlNode(Place place, Object value) {
    this.place = place;
    this.value = value;
  }

  Place place() {
    return place;
  }

  /** What is there, in few words; collections are not written out, as they may be endless. */
  String describe() {
    if (value instanceof Map) {
      return "a mapping";
    }
    if (value instanceof List<?> list) {
      return "a list of " + list.size();
    }
    return isNull() ? "nothing" : "'" + value + "'";
  }

  boolean isNull() {
    return value == null || (value instanceof String s && NULLS.contains(s));
  }

  boolean isText() {
    return value instanceof String;
  }

  boolean isList() {
    return value instanceof List;
  }

  boolean isMap() {
    return value instanceof Map;
  }

  String text() throws PackageFormatException {
    if (isNull() || !isText()) {
      throw place.error(describe(), "a text");
    }
    return (String) value;
  }

  /** A finite number. */
  double number() throws PackageFormatException {
    if (!(value instanceof String s)
        || !s.matches(NUMBER)
        || !Double.isFinite(Double.parseDouble(s))) {
      throw place.error(describe(), "a number");
    }
    return Double.parseDouble(s);
  }

  /** A whole number, also written as {@code 1.0}. */
  int integer(int min, int max) throws PackageFormatException {
    double number = number();
    if (number != Math.rint(number) || number < min || number > max) {
      throw place.error(describe(), "a whole number from " + min + " to " + max);
    }
    return (int) number;
  }

  /** The elements of a list. */
  List<YamlNode> list() throws PackageFormatException {
    if (!(value instanceof List<?> elements)) {
      throw place.error(describe(), "a list");
    }
    List<YamlNode> all = new ArrayList<>();
    for (Object element : elements) {
      all.add(new YamlNode(new Place(place.path() + "[" + all.size() + "]"), element));
    }
    return all;
  }

  /** The names of the members of a mapping. */
  Set<String> keys() throws PackageFormatException {
    Set<String> keys = new LinkedHashSet<>();
    for (Object key : map().keySet()) {
      keys.add(String.valueOf(key));
    }
    return keys;
  }

  /** A member of a mapping; none if it is not there or is nothing. */
  Optional<YamlNode> find(String key) throws PackageFormatException {
    YamlNode node = member(key);
    return node.isNull() ? Optional.empty() : Optional.of(node);
  }

  /** A member of a mapping that must be there. */
  YamlNode get(String key) throws PackageFormatException {
    YamlNode node = member(key);
    if (node.isNull()) {
      throw node.place.error("nothing", "a value");
    }
    return node;
  }

  private YamlNode member(String key) throws PackageFormatException {
    String separator = place.path().endsWith(": ") ? "" : ".";
    return new YamlNode(new Place(place.path() + separator + key), map().get(key));
  }

  private Map<?, ?> map() throws PackageFormatException {
    if (!(value instanceof Map<?, ?> map)) {
      throw place.error(describe(), "a mapping");
    }
    return map;
  }
}
