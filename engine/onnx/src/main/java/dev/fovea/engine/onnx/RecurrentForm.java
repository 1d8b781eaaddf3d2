package dev.fovea.engine.onnx;

import dev.fovea.engine.op.Attributes;
import java.util.List;
import java.util.Map;

/**
 * Recurrent operators as files spell them: attributes that repeat a default are left out, all that
 * would change the cell is refused.
 */
final class RecurrentForm {

  private static final int LENGTHS = 4;
  private static final int PEEPHOLES = 7;

  /** The functions of the gates in one direction. */
  private static final Map<String, List<String>> ACTIVATIONS =
      Map.of(
          "RNN", List.of("tanh"),
          "GRU", List.of("sigmoid", "tanh"),
          "LSTM", List.of("sigmoid", "tanh", "tanh"));

  private RecurrentForm() {}

  /** The form that the operators read. */
  static Attributes plain(String op, Attributes a, Operands in) {
    require(a.intValue("layout", 0) == 0, "attribute 'layout': expected 0");
    require(a.intValue("input_forget", 0) == 0, "attribute 'input_forget': expected 0");
    require(!a.values().containsKey("clip"), "attribute 'clip': expected none");
    require(!a.hasInput(PEEPHOLES), "found peepholes (input 7), expected none");
    checkActivations(op, a);
    checkLengths(a, in);
    Attributes b = a.without("layout").without("input_forget").without("activations");
    return b.values().containsKey("hidden_size")
        ? b
        : b.with("hidden_size", (long) in.shape(2).dim(-1));
  }

  private static void checkActivations(String op, Attributes a) {
    List<String> expected = ACTIVATIONS.get(op);
    if (a.values().get("activations") instanceof List<?> found) {
      boolean known = found.size() % expected.size() == 0;
      for (int i = 0; known && i < found.size(); i++) {
        String name = String.valueOf(found.get(i));
        known = name.equalsIgnoreCase(expected.get(i % expected.size()));
      }
      require(known, "attribute 'activations': expected " + expected + ", found " + found);
    }
  }

  /** Lengths of the sequences may be given if all are that of the input. */
  private static void checkLengths(Attributes a, Operands in) {
    List<? extends Number> lengths = a.constant(LENGTHS);
    if (lengths == null || lengths.isEmpty()) {
      return;
    }
    int steps = in.shape(0).dim(0);
    require(
        in.fixed(0, 0) && lengths.stream().allMatch(n -> n.longValue() == steps),
        "input 'sequence_lens': expected the length of the input for all, found " + lengths);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
