package dev.fovea.engine.op;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * An operator as an ONNX file spells it: attributes by name, and the values of inputs that must be
 * known before a run (the shape of a Reshape). Immutable; sorted, so that files are reproducible.
 *
 * <p>Attribute values are {@code Long}, {@code Float}, {@code String}, {@code List<Long>}, {@code
 * List<Float>} or {@code List<String>}; constants are {@code List<Long>} (int64) or {@code
 * List<Float>}.
 */
public final class Attributes {

  private final Map<String, Object> values;
  private final Map<Integer, List<? extends Number>> constants;
  private final Set<Integer> inputs;

  private Attributes(
      Map<String, Object> values,
      Map<Integer, List<? extends Number>> constants,
      Set<Integer> inputs) {
    this.values = Collections.unmodifiableMap(values);
    this.constants = Collections.unmodifiableMap(constants);
    this.inputs = Collections.unmodifiableSet(inputs);
  }

  /** No attributes. */
  public static Attributes none() {
    return new Attributes(new TreeMap<>(), new TreeMap<>(), new TreeSet<>());
  }

  /** A copy with an integer attribute. */
  public Attributes with(String name, long value) {
    return put(name, value);
  }

  /** A copy with a float attribute. */
  public Attributes with(String name, float value) {
    return put(name, value);
  }

  /** A copy with a text attribute. */
  public Attributes with(String name, String value) {
    return put(name, value);
  }

  /** A copy with a list of integers. */
  public Attributes withInts(String name, int... value) {
    return put(name, longs(value));
  }

  /** A copy with any allowed attribute value, as a file reader has it. */
  public Attributes withValue(String name, Object value) {
    return put(name, value);
  }

  /**
   * A copy with the value of the input at a position: {@code List<Long>} or {@code List<Float>}.
   */
  public Attributes withConstant(int input, List<? extends Number> value) {
    Map<Integer, List<? extends Number>> c = new TreeMap<>(constants);
    c.put(input, List.copyOf(value));
    return new Attributes(values, c, inputs);
  }

  /**
   * A copy with more positions of inputs that the operator has besides constants. Only operators
   * that may leave out one in the middle say so; the inputs of the others follow each other.
   */
  public Attributes withInputs(int... positions) {
    Set<Integer> s = new TreeSet<>(inputs);
    for (int p : positions) {
      s.add(p);
    }
    return new Attributes(values, constants, s);
  }

  /** A copy without an attribute. */
  public Attributes without(String name) {
    Map<String, Object> m = new TreeMap<>(values);
    m.remove(name);
    return new Attributes(m, constants, inputs);
  }

  /** A copy without the value of an input. */
  public Attributes withoutConstant(int input) {
    Map<Integer, List<? extends Number>> c = new TreeMap<>(constants);
    c.remove(input);
    return new Attributes(values, c, inputs);
  }

  /** All attributes by name. */
  public Map<String, Object> values() {
    return values;
  }

  /** Values of inputs, by position. */
  public Map<Integer, List<? extends Number>> constants() {
    return constants;
  }

  /** Positions of the inputs, constants left out; empty where they follow each other. */
  public Set<Integer> inputs() {
    return inputs;
  }

  /** Whether there is an input at a position, other than a constant. */
  public boolean hasInput(int position) {
    return inputs.contains(position);
  }

  /** An integer attribute. */
  public int intValue(String name, int otherwise) {
    return values.containsKey(name) ? exact(name, get(name, Long.class, "an integer")) : otherwise;
  }

  /** A float attribute. */
  public float floatValue(String name, float otherwise) {
    return values.containsKey(name) ? get(name, Float.class, "a float") : otherwise;
  }

  /** A text attribute. */
  public String text(String name, String otherwise) {
    return values.containsKey(name) ? get(name, String.class, "a string") : otherwise;
  }

  /** A list of integers of a given length. */
  public int[] ints(String name, int... otherwise) {
    if (!values.containsKey(name)) {
      return otherwise;
    }
    int[] v = requiredInts(name);
    if (v.length != otherwise.length) {
      throw new IllegalArgumentException(
          "attribute '"
              + name
              + "': expected "
              + otherwise.length
              + " integers, found "
              + v.length);
    }
    return v;
  }

  /** A list of integers of any length; fails if missing. */
  public int[] requiredInts(String name) {
    if (!values.containsKey(name)) {
      throw new IllegalArgumentException("attribute '" + name + "' is missing");
    }
    List<?> list = get(name, List.class, "a list of integers");
    return list.stream().mapToInt(v -> exact(name, v)).toArray();
  }

  private static int exact(String name, Object value) {
    if (value instanceof Long v && v.intValue() == v) {
      return v.intValue();
    }
    throw new IllegalArgumentException(
        "attribute '" + name + "': expected integers of 32 bits, found " + value);
  }

  /** The value of the input at a position, or null if it is absent. */
  public List<? extends Number> constant(int input) {
    return constants.get(input);
  }

  /** The integers of the input at a position; fails if it is absent. */
  public List<Integer> constantInts(int input, String what) {
    return constantIntegers(input, what).map(v -> exact(what, v)).toList();
  }

  /** The one integer of the input at a position; fails if it is absent. */
  public int constantInt(int input, String what) {
    return one(constantInts(input, what), what);
  }

  /** The one integer of the input at a position, limited to ints; fails if it is absent. */
  int saturatedInt(int input, String what) {
    return one(saturatedConstant(input, what), what);
  }

  private static int one(List<Integer> all, String what) {
    if (all.size() != 1) {
      throw new IllegalArgumentException(
          "input '" + what + "': expected one integer, found " + all);
    }
    return all.get(0);
  }

  /** Like {@link #constantInts}, with what is beyond 31 bits brought back to them. */
  public List<Integer> saturatedConstant(int input, String what) {
    return constantIntegers(input, what)
        .map(v -> (int) Math.max(-Integer.MAX_VALUE, Math.min(Integer.MAX_VALUE, v)))
        .toList();
  }

  private Stream<Long> constantIntegers(int input, String what) {
    List<? extends Number> values = constant(input);
    if (values == null || !values.stream().allMatch(Long.class::isInstance)) {
      throw new IllegalArgumentException(
          "input '" + what + "': expected constant integers, found " + values);
    }
    return values.stream().map(Number::longValue);
  }

  /** Integers as an ONNX list. */
  public static List<Long> longs(List<Integer> v) {
    return v.stream().map(Integer::longValue).toList();
  }

  /** Integers as a list. */
  static List<Integer> list(int... v) {
    return Arrays.stream(v).boxed().toList();
  }

  /** Integers as an array. */
  static int[] array(List<Integer> v) {
    return v.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Integers as an ONNX list. */
  public static List<Long> longs(int... v) {
    return Arrays.stream(v).asLongStream().boxed().toList();
  }

  private <T> T get(String name, Class<T> type, String expected) {
    Object v = values.get(name);
    if (!type.isInstance(v)) {
      throw new IllegalArgumentException(
          "attribute '" + name + "': expected " + expected + ", found " + v);
    }
    return type.cast(v);
  }

  private Attributes put(String name, Object value) {
    Map<String, Object> m = new TreeMap<>(values);
    m.put(name, value);
    return new Attributes(m, constants, inputs);
  }

  @Override
  public String toString() {
    return constants.isEmpty() ? values.toString() : values + " constants " + constants;
  }
}
