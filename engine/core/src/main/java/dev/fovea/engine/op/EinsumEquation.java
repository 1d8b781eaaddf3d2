package dev.fovea.engine.op;

import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * An equation of an {@link Einsum}: a term of letters for each operand, one for the output. An
 * ellipsis stands for as many dimensions as are left, the last of which are the same in all terms
 * that have one.
 *
 * @param text as it was given
 * @param terms letters of the operands, with {@code .} for an ellipsis
 * @param output letters of the output, likewise
 */
record EinsumEquation(String text, List<String> terms, String output) {

  private static final String ELLIPSIS = ".";
  private static final Pattern TERM = Pattern.compile("[A-Za-z]*\\.?[A-Za-z]*");

  /** Dimensions of an ellipsis have digits for letters. */
  private static final int MOST_DIGITS = 10;

  private static final int MOST_TERMS = 64;

  /** Reads an equation. */
  static EinsumEquation of(String text) {
    String plain = text.replace(" ", "").replace("...", ELLIPSIS);
    int arrow = plain.indexOf("->");
    String left = arrow < 0 ? plain : plain.substring(0, arrow);
    List<String> terms = List.of(left.split(",", -1));
    String output = arrow < 0 ? lettersThatOccurOnce(terms) : plain.substring(arrow + 2);
    EinsumEquation e = new EinsumEquation(text, terms, output);
    require(!text.replace("...", "").contains(ELLIPSIS), text, "dots in threes");
    require(terms.size() <= MOST_TERMS, text, "at most " + MOST_TERMS + " operands");
    for (String term : terms) {
      require(TERM.matcher(term).matches(), text, "terms of letters, such as bij,bjk->bik");
    }
    require(TERM.matcher(output).matches(), text, "an output of letters, such as bij,bjk->bik");
    String all = String.join("", terms);
    for (char l : output.toCharArray()) {
      require(all.indexOf(l) >= 0, text, "'" + l + "' of the output in an operand, too");
      require(output.indexOf(l) == output.lastIndexOf(l), text, "each letter once in the output");
    }
    return e;
  }

  private static void require(boolean condition, String text, String expected) {
    if (!condition) {
      throw new IllegalArgumentException(
          "Einsum: expected " + expected + ", found equation '" + text + "'");
    }
  }

  /** The output where an equation names none: what is not summed, in alphabetical order. */
  private static String lettersThatOccurOnce(List<String> terms) {
    Map<Character, Integer> count = new TreeMap<>();
    String all = String.join("", terms);
    for (char l : all.toCharArray()) {
      count.merge(l, 1, Integer::sum);
    }
    StringBuilder s = new StringBuilder(all.contains(ELLIPSIS) ? ELLIPSIS : "");
    count.forEach((l, n) -> s.append(n == 1 && l != '.' ? String.valueOf(l) : ""));
    return s.toString();
  }

  /**
   * A tensor with a letter for each dimension; letters may repeat.
   *
   * @param letters digits for those of an ellipsis
   * @param strides one for each letter
   */
  record Operand(String letters, int[] strides) {}

  /**
   * The equation for operands of given shapes.
   *
   * @param operands letters and strides; without the dimensions of an ellipsis along which an
   *     operand is broadcast
   * @param output letters of the output
   * @param extents of all letters
   */
  record Bound(List<Operand> operands, String output, Map<Character, Integer> extents) {

    /** The shape of a tensor with the given letters. */
    Shape shape(String letters) {
      return Shape.of(letters.chars().map(l -> extents.get((char) l)).toArray());
    }
  }

  /**
   * Finds the extents of all letters.
   *
   * @throws ShapeException if the shapes do not fit
   */
  Bound bind(List<Shape> in) {
    Check.inputs("Einsum", in, terms.size(), terms.size());
    int digits = 0;
    for (int i = 0; i < terms.size(); i++) {
      int left = in.get(i).rank() - terms.get(i).replace(ELLIPSIS, "").length();
      Check.that(
          terms.get(i).contains(ELLIPSIS) ? left >= 0 && left <= MOST_DIGITS : left == 0,
          "Einsum",
          "expected a dimension for each letter of '" + terms.get(i) + "', found " + in.get(i));
      digits = Math.max(digits, left);
    }
    Map<Character, Integer> extents = new HashMap<>();
    List<String> letters = new ArrayList<>();
    for (int i = 0; i < terms.size(); i++) {
      int own = in.get(i).rank() - terms.get(i).replace(ELLIPSIS, "").length();
      letters.add(terms.get(i).replace(ELLIPSIS, digits(digits - own, digits)));
      measure(letters.get(i), in, i, extents);
    }
    List<Operand> operands = new ArrayList<>();
    for (int i = 0; i < terms.size(); i++) {
      operands.add(operand(letters.get(i), in.get(i), extents));
    }
    return new Bound(operands, output.replace(ELLIPSIS, digits(0, digits)), extents);
  }

  private static String digits(int from, int to) {
    StringBuilder s = new StringBuilder();
    for (int i = from; i < to; i++) {
      s.append((char) ('0' + i));
    }
    return s.toString();
  }

  private void measure(String letters, List<Shape> in, int i, Map<Character, Integer> extents) {
    for (int d = 0; d < letters.length(); d++) {
      char l = letters.charAt(d);
      int extent = in.get(i).dim(d);
      int other = extents.getOrDefault(l, extent);
      boolean broadcasts = Character.isDigit(l) && (extent == 1 || other == 1);
      Check.that(
          extent == other || broadcasts,
          "Einsum",
          "expected one extent for each letter of " + text + ", found " + in);
      extents.put(l, extent == 1 ? other : extent);
    }
  }

  private static Operand operand(String letters, Shape s, Map<Character, Integer> extents) {
    StringBuilder kept = new StringBuilder();
    List<Integer> strides = new ArrayList<>();
    for (int d = 0; d < letters.length(); d++) {
      if (s.dim(d) == extents.get(letters.charAt(d))) {
        kept.append(letters.charAt(d));
        strides.add(s.strides()[d]);
      }
    }
    return new Operand(kept.toString(), Attributes.array(strides));
  }
}
