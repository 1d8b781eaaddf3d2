package dev.fovea.engine.op;

import static dev.fovea.engine.op.Recurrent.example;

import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * A plain recurrent layer: {@code H_t = f(X_t W^T + H_(t-1) R^T + Wb + Rb)}; f is the hyperbolic
 * tangent unless told otherwise. Elman, "Finding structure in time", 1990.
 *
 * <p>Inputs: {@code X [T, N, I]}, {@code W [D, H, I]}, {@code R [D, H, H]}, then, each if it is
 * given, {@code B [D, 2 H]}, the lengths of the sequences {@code [N]}, the initial state {@code [D,
 * N, H]}; D is the number of directions. Outputs: {@code Y [T, D, N, H]}, and the last state {@code
 * [D, N, H]}.
 *
 * @param how size, direction, which inputs there are, and the function f
 */
public record RNN(Recurrence how) implements Recurrent {

  static final List<Activation> USUAL = List.of(Activation.TANH);

  /** Specification. */
  public static final OpSpec<RNN> SPEC =
      OpSpec.of(
          "RNN",
          7,
          RNN.class,
          a -> new RNN(Recurrence.read(a, USUAL)),
          RNN::write,
          example(new RNN(3, Direction.FORWARD, true, false), 4, 2, 5),
          example(new RNN(3, Direction.BIDIRECTIONAL, false, true), 3, 1, 2),
          example(new RNN(2, Direction.REVERSE, false, false), 5, 3, 1),
          lengths(Direction.FORWARD, false),
          lengths(Direction.BIDIRECTIONAL, true),
          with(Activation.of(Activation.Kind.AFFINE)),
          with(new Activation(Activation.Kind.SCALED_TANH, 1.5f, 0.5f)),
          // Its second derivative jumps at 0: numeric gradients need arguments to stay away.
          with(Activation.of(Activation.Kind.SOFTSIGN)).with(3, OpSpec.Operand.between(0.5f, 1)),
          with(Activation.of(Activation.Kind.SOFTPLUS)),
          with(new Activation(Activation.Kind.HARD_SIGMOID, 0.2f, 0.5f)));

  private static OpSpec.Example lengths(Direction direction, boolean initial) {
    Recurrence how = Recurrence.of(2, direction, true, initial, USUAL).withLengths();
    return example(new RNN(how), 4, 3, 2);
  }

  private static OpSpec.Example with(Activation f) {
    Recurrence how = Recurrence.of(2, Direction.FORWARD, true, true, USUAL).with(f);
    return example(new RNN(how), 3, 2, 2);
  }

  /** A layer with the hyperbolic tangent. */
  public RNN(int hidden, Direction direction, boolean bias, boolean initial) {
    this(Recurrence.of(hidden, direction, bias, initial, USUAL));
  }

  @Override
  public OpSpec<RNN> spec() {
    return SPEC;
  }

  @Override
  public List<Activation> usual() {
    return USUAL;
  }

  @Override
  public int gates() {
    return 1;
  }

  @Override
  public int states() {
    return 1;
  }

  @Override
  public int kept() {
    return 0;
  }

  @Override
  public void step(Unrolled u, int t) {
    u.addRecurrent(u.before(0, t), 0, u.argument(0, t));
    u.activate(0, 0, t);
    u.kernels().axpby(1, u.gate(0, t), 0, u.hidden(t));
  }

  @Override
  public void stepBackward(Unrolled u, int t) {
    Tensor delta = u.gateGradient(0, t);
    u.through(0, 0, t, u.stateGradient(0));
    u.kernels().gemm(false, false, 1, delta, u.recurrent(0), 0, u.stateGradient(0));
  }
}
