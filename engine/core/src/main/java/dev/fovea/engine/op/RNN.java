package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * A plain recurrent layer: {@code H_t = tanh(X_t W^T + H_(t-1) R^T + Wb + Rb)}. Elman, "Finding
 * structure in time", 1990.
 *
 * <p>Inputs: {@code X [T, N, I]}, {@code W [D, H, I]}, {@code R [D, H, H]}, then {@code B [D, 2 H]}
 * if there is a bias, then the initial state {@code [D, N, H]} if it is given; D is the number of
 * directions. Outputs: {@code Y [T, D, N, H]}, and the last state {@code [D, N, H]}.
 *
 * @param hidden number of hidden units H
 * @param direction the order in which a sequence is read
 * @param bias whether there is an input B
 * @param initial whether the initial state is an input, else it is zero
 */
public record RNN(int hidden, Direction direction, boolean bias, boolean initial)
    implements Recurrent {

  /** Specification. */
  public static final OpSpec<RNN> SPEC =
      OpSpec.of(
              "RNN",
              7,
              RNN.class,
              a ->
                  new RNN(
                      a.intValue("hidden_size", 0),
                      Direction.read(a),
                      a.hasInput(BIAS),
                      a.hasInput(INITIAL)),
              RNN::write,
              of(
                  new RNN(3, Direction.FORWARD, true, false),
                  Shape.of(4, 2, 5),
                  Shape.of(1, 3, 5),
                  Shape.of(1, 3, 3),
                  Shape.of(1, 6)),
              of(
                  new RNN(3, Direction.BIDIRECTIONAL, false, true),
                  Shape.of(3, 1, 2),
                  Shape.of(2, 3, 2),
                  Shape.of(2, 3, 3),
                  Shape.of(2, 1, 3)),
              of(
                  new RNN(2, Direction.REVERSE, false, false),
                  Shape.of(5, 3, 1),
                  Shape.of(1, 2, 1),
                  Shape.of(1, 2, 2)))
          .withConstantInputs(LENGTHS);

  /** Checks the number of hidden units. */
  public RNN {
    Recurrent.checkHidden("RNN", hidden);
  }

  @Override
  public OpSpec<RNN> spec() {
    return SPEC;
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
    Tensor gate = u.gate(0, t);
    u.addRecurrent(u.before(0, t), 0, gate);
    u.kernels().unary(Unary.TANH, 0, 0, gate, u.hidden(t));
  }

  @Override
  public void stepBackward(Unrolled u, int t) {
    Kernels k = u.kernels();
    Tensor delta = u.gateGradient(0, t);
    u.through(Unary.TANH, u.hidden(t), u.stateGradient(0), delta);
    u.recurrentGradient(delta, u.before(0, t), 0);
    k.gemm(false, false, 1, delta, u.recurrent(0), 0, u.stateGradient(0));
  }
}
