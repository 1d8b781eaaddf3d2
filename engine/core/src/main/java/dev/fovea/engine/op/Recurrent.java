package dev.fovea.engine.op;

import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A layer that runs a cell along a sequence; the gradient is that of backpropagation through time.
 *
 * <p>Inputs, with D directions, G gates and H hidden units: {@code X [T, N, I]}, {@code W [D, G H,
 * I]}, {@code R [D, G H, H]}, then, each if it is given, {@code B [D, 2 G H]} (the biases of W,
 * then those of R), the lengths of the sequences {@code [N]}, the initial states {@code [D, N, H]}
 * each, else zeros, and what the cell has besides.
 *
 * <p>Outputs: {@code Y [T, D, N, H]}, the hidden state after each step, and {@code [D, N, H]} for
 * each state after the last step. Beyond the length of a sequence Y is 0, and its states stay.
 */
interface Recurrent extends Op {

  /** Position of B in ONNX. */
  int BIAS = 3;

  /** Position of the lengths of the sequences in ONNX. */
  int LENGTHS = 4;

  /** Position of the first initial state in ONNX. */
  int INITIAL = 5;

  /** What all recurrent layers can be told. */
  Recurrence how();

  /** The functions of the gates in one direction, unless told otherwise. */
  List<Activation> usual();

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

  /**
   * Whether a gate's recurrent weights are applied to the hidden state before the step; else the
   * cell adds to their gradient.
   */
  default boolean readsHidden(int gate) {
    return true;
  }

  /** Number of rows {@code [H]} of a last input {@code [D, rows H]}; 0 if there is none. */
  default int ownRows() {
    return 0;
  }

  /** Runs the cell at time t. */
  void step(Unrolled u, int t);

  /**
   * Turns the gradients of the states after time t into those of the states before it, and sets
   * those of the gates.
   */
  void stepBackward(Unrolled u, int t);

  /** Number of hidden units H. */
  default int hidden() {
    return how().hidden();
  }

  /** Position of the lengths among the inputs. */
  default int lengthsInput() {
    return how().bias() ? 4 : 3;
  }

  /** Position of an initial state among the inputs. */
  default int initialInput(int state) {
    return lengthsInput() + (how().lengths() ? 1 : 0) + state;
  }

  /** Position of the cell's own input. */
  default int ownInput() {
    return initialInput(how().initial() ? states() : 0);
  }

  /** Lengths may be integers of either width; files want those of 32 bits. */
  @Override
  default Set<ElementType> accepts(int input) {
    boolean lengths = how().lengths() && input == lengthsInput();
    return lengths ? ElementType.INTEGERS : Set.of(ElementType.FLOAT);
  }

  @Override
  default List<Shape> inferShapes(List<Shape> in) {
    String op = spec().name();
    int operands = ownInput() + (ownRows() > 0 ? 1 : 0);
    Check.inputs(op, in, operands, operands);
    Shape x = in.get(0);
    Check.rank(op, "input", x, 3, "[T, N, I]");
    Check.that(x.size() > 0, op, "expected an input with elements, found " + x);
    int d = how().direction().count();
    int functions = d * usual().size();
    Check.that(
        how().activations().size() == functions,
        op,
        "expected " + functions + " functions, found " + how().activations());
    int rows = gates() * hidden();
    shape(op, "W", in.get(1), d, rows, x.dim(2));
    shape(op, "R", in.get(2), d, rows, hidden());
    if (how().bias()) {
      shape(op, "B", in.get(3), d, 2 * rows);
    }
    if (how().lengths()) {
      shape(op, "lengths", in.get(lengthsInput()), x.dim(1));
    }
    if (ownRows() > 0) {
      shape(op, "P", in.get(ownInput()), d, ownRows() * hidden());
    }
    List<Shape> out = new ArrayList<>();
    out.add(Shape.of(x.dim(0), d, x.dim(1), hidden()));
    for (int s = 0; s < states(); s++) {
      if (how().initial()) {
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
    for (int d = 0; d < how().direction().count(); d++) {
      new Unrolled(this, r, d).forward(r);
    }
  }

  @Override
  default void backward(Backward r) {
    for (int d = 0; d < how().direction().count(); d++) {
      new Unrolled(this, r, d).backward(r);
    }
  }

  /** The attributes that all have in common. */
  default Attributes write() {
    return how().write(usual(), states());
  }

  /**
   * An example with biases of which some drive an argument far beyond a limit of 0.5, and others
   * far from it.
   */
  static OpSpec.Example clipped(OpSpec.Example e) {
    OpSpec.Operand small = OpSpec.Operand.between(-0.1f, 0.1f);
    OpSpec.Operand biases =
        new OpSpec.Operand(ElementType.FLOAT, -2, 2, List.of(2f, 0.1f, -0.1f, 0.05f));
    return e.with(1, small).with(2, small).with(3, biases);
  }

  /** An example with inputs of suitable shapes, of T steps and N sequences of one number each. */
  static OpSpec.Example example(Recurrent op, int t, int n, int features) {
    Recurrence how = op.how();
    int d = how.direction().count();
    int rows = op.gates() * how.hidden();
    List<Shape> in = new ArrayList<>();
    in.add(Shape.of(t, n, features));
    in.add(Shape.of(d, rows, features));
    in.add(Shape.of(d, rows, how.hidden()));
    if (how.bias()) {
      in.add(Shape.of(d, 2 * rows));
    }
    if (how.lengths()) {
      in.add(Shape.of(n));
    }
    for (int s = 0; how.initial() && s < op.states(); s++) {
      in.add(Shape.of(d, n, how.hidden()));
    }
    if (op.ownRows() > 0) {
      in.add(Shape.of(d, op.ownRows() * how.hidden()));
    }
    OpSpec.Example e = OpSpec.Example.of(op, in.toArray(Shape[]::new));
    OpSpec.Operand lengths =
        new OpSpec.Operand(ElementType.INT32, 1, t, List.of((float) Math.max(1, t - 1), (float) t));
    return how.lengths() ? e.with(op.lengthsInput(), lengths) : e;
  }
}
