package dev.fovea.engine.op;

import java.util.Collections;
import java.util.List;

/**
 * What all recurrent layers can be told. Immutable.
 *
 * @param hidden number of hidden units H
 * @param direction the order in which a sequence is read
 * @param bias whether there is an input B
 * @param lengths whether the lengths of the sequences are an input, else all have the length T
 * @param initial whether the initial states are inputs, else they are zero
 * @param clip what the arguments of the gates' functions are limited to, plus and minus; 0 for no
 *     limit
 * @param activations functions of the gates, direction after direction
 */
public record Recurrence(
    int hidden,
    Direction direction,
    boolean bias,
    boolean lengths,
    boolean initial,
    float clip,
    List<Activation> activations) {

  /** Copies the list and checks the numbers. */
  public Recurrence {
    activations = List.copyOf(activations);
    if (hidden < 1 || !(clip >= 0 && clip < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "recurrent layer: expected a positive hidden_size and a finite clip >= 0, found "
              + hidden
              + " and "
              + clip);
    }
  }

  /**
   * A layer without special wishes.
   *
   * @param usual functions of one direction
   */
  static Recurrence of(
      int hidden, Direction direction, boolean bias, boolean initial, List<Activation> usual) {
    return new Recurrence(hidden, direction, bias, false, initial, 0, each(direction, usual));
  }

  /** A copy with lengths of the sequences as an input. */
  public Recurrence withLengths() {
    return new Recurrence(hidden, direction, bias, true, initial, clip, activations);
  }

  /** A copy with a limit of the arguments. */
  public Recurrence withClip(float limit) {
    return new Recurrence(hidden, direction, bias, lengths, initial, limit, activations);
  }

  /** A copy with other functions, direction after direction. */
  public Recurrence with(Activation... functions) {
    return new Recurrence(hidden, direction, bias, lengths, initial, clip, List.of(functions));
  }

  private static List<Activation> each(Direction direction, List<Activation> usual) {
    return Collections.nCopies(direction.count(), usual).stream().flatMap(List::stream).toList();
  }

  static Recurrence read(Attributes a, List<Activation> usual) {
    Direction direction = Direction.read(a);
    return new Recurrence(
        a.intValue("hidden_size", 0),
        direction,
        a.hasInput(Recurrent.BIAS),
        a.hasInput(Recurrent.LENGTHS),
        a.hasInput(Recurrent.INITIAL),
        a.floatValue("clip", 0),
        Activation.read(a, each(direction, usual)));
  }

  /**
   * Attributes of a file with the names of functions as they are written here: with all parameters,
   * and left out where the usual ones are meant.
   *
   * @param op RNN, GRU or LSTM
   * @throws IllegalArgumentException if they name functions that ONNX does not have
   */
  public static Attributes plain(String op, Attributes a) {
    List<Activation> usual =
        switch (op) {
          case "LSTM" -> LSTM.USUAL;
          case "GRU" -> GRU.USUAL;
          default -> RNN.USUAL;
        };
    List<Activation> all = each(Direction.read(a), usual);
    return Activation.write(a, Activation.read(a, all), all);
  }

  /** The ONNX attributes, and which inputs there are. */
  Attributes write(List<Activation> usual, int states) {
    Attributes a =
        Attributes.none()
            .with("hidden_size", hidden)
            .with("direction", direction.onnx())
            .withInputs(0, 1, 2);
    a = bias ? a.withInputs(Recurrent.BIAS) : a;
    a = lengths ? a.withInputs(Recurrent.LENGTHS) : a;
    for (int s = 0; initial && s < states; s++) {
      a = a.withInputs(Recurrent.INITIAL + s);
    }
    a = clip > 0 ? a.with("clip", clip) : a;
    return Activation.write(a, activations, each(direction, usual));
  }

  /** The function of a kind of gate in a direction. */
  Activation activation(int inDirection, int function) {
    return activations.get(inDirection * (activations.size() / direction.count()) + function);
  }

  /** Whether a backward run needs the arguments of the gates' functions, not only the values. */
  boolean keepsArguments() {
    return clip > 0 || !activations.stream().allMatch(Activation::derivativeFromValue);
  }

  /** The largest magnitude of an argument that is below the limit. */
  float belowClip() {
    return Math.nextDown(clip);
  }
}
