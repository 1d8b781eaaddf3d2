package dev.fovea.engine.op;

import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer that runs a cell along a sequence; the gradient is that of backpropagation through time.
 *
 * <p>Inputs, with D directions, G gates and H hidden units: {@code X [T, N, I]}, {@code W [D, G H,
 * I]}, {@code R [D, G H, H]}, then {@code B [D, 2 G H]} (the biases of W, then those of R) if there
 * is a bias, then, if they are given, the initial states {@code [D, N, H]} each, else zeros.
 *
 * <p>Outputs: {@code Y [T, D, N, H]}, the hidden state after each step, and {@code [D, N, H]} for
 * each state after the last step.
 */
interface Recurrent extends Op {

  /** Position of B in ONNX. */
  int BIAS = 3;

  /** Position of the lengths of the sequences in ONNX; here all have the length T. */
  int LENGTHS = 4;

  /** Position of the first initial state in ONNX. */
  int INITIAL = 5;

  /** Number of hidden units H. */
  int hidden();

  /** The order in which a sequence is read. */
  Direction direction();

  /** Whether there is an input B. */
  boolean bias();

  /** Whether the initial states are inputs. */
  boolean initial();

  /** Number of gates G. */
  int gates();

  /** Number of states that a step hands to the next one. */
  int states();

  /** Number of sequences {@code [T, N, H]} that a backward run needs besides the gates. */
  int kept();

  /** Whether the bias of R for a gate is added by the cell itself. */
  default boolean addsBias(int gate) {
    return false;
  }

  /** Runs the cell at time t. */
  void step(Unrolled u, int t);

  /**
   * Turns the gradients of the states after time t into those of the states before it, and sets
   * those of the gates.
   */
  void stepBackward(Unrolled u, int t);

  /** Number of inputs. */
  default int operands() {
    return 3 + (bias() ? 1 : 0) + (initial() ? states() : 0);
  }

  /** Position of an initial state among the inputs. */
  default int initialInput(int state) {
    return (bias() ? 4 : 3) + state;
  }

  @Override
  default List<Shape> inferShapes(List<Shape> in) {
    String op = spec().name();
    Check.inputs(op, in, operands(), operands());
    Shape x = in.get(0);
    Check.rank(op, "input", x, 3, "[T, N, I]");
    Check.that(x.size() > 0, op, "expected an input with elements, found " + x);
    int d = direction().count();
    int rows = gates() * hidden();
    shape(op, "W", in.get(1), d, rows, x.dim(2));
    shape(op, "R", in.get(2), d, rows, hidden());
    if (bias()) {
      shape(op, "B", in.get(3), d, 2 * rows);
    }
    List<Shape> out = new ArrayList<>();
    out.add(Shape.of(x.dim(0), d, x.dim(1), hidden()));
    for (int s = 0; s < states(); s++) {
      if (initial()) {
        shape(op, "initial state", in.get(initialInput(s)), d, x.dim(1), hidden());
      }
      out.add(Shape.of(d, x.dim(1), hidden()));
    }
    return out;
  }

  private static void shape(String op, String name, Shape found, int... expected) {
    Shape s = Shape.of(expected);
    Check.that(found.equals(s), op, name + " expected " + s + ", found " + found);
  }

  @Override
  default List<Shape> scratch(List<Shape> in) {
    return Unrolled.forwardShapes(this, in.get(0));
  }

  @Override
  default List<Shape> saved(List<Shape> in) {
    return Unrolled.backwardShapes(this, in.get(0));
  }

  @Override
  default void forward(Forward r) {
    for (int d = 0; d < direction().count(); d++) {
      new Unrolled(this, r, d).forward(r);
    }
  }

  @Override
  default void backward(Backward r) {
    for (int d = 0; d < direction().count(); d++) {
      new Unrolled(this, r, d).backward(r);
    }
  }

  /** The attributes that all have in common. */
  default Attributes write() {
    Attributes a =
        Attributes.none()
            .with("hidden_size", hidden())
            .with("direction", direction().onnx())
            .withInputs(0, 1, 2);
    a = bias() ? a.withInputs(BIAS) : a;
    for (int s = 0; initial() && s < states(); s++) {
      a = a.withInputs(INITIAL + s);
    }
    return a;
  }

  /** Checks the number of hidden units. */
  static void checkHidden(String op, int hidden) {
    if (hidden < 1) {
      throw new IllegalArgumentException(
          op + ": hidden_size expected to be positive, found " + hidden);
    }
  }
}
