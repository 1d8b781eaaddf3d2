package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * Long short-term memory: with the gates {@code i, o, f = sigmoid(..)} and the candidate {@code g =
 * tanh(..)}, each of {@code X_t W^T + H_(t-1) R^T + Wb + Rb}, the cell is {@code C_t = f C_(t-1) +
 * i g} and the hidden state {@code H_t = o tanh(C_t)}. Hochreiter and Schmidhuber, 1997; Gers et
 * al., 2000.
 *
 * <p>Inputs: {@code X [T, N, I]}, {@code W [D, 4 H, I]}, {@code R [D, 4 H, H]} with the rows of i,
 * o, f, g, then {@code B [D, 8 H]} if there is a bias, then the initial H and C {@code [D, N, H]}
 * if they are given; D is the number of directions. Outputs: {@code Y [T, D, N, H]}, the last H and
 * the last C, both {@code [D, N, H]}.
 *
 * @param hidden number of hidden units H
 * @param direction the order in which a sequence is read
 * @param bias whether there is an input B
 * @param initial whether the initial states are inputs, else they are zero
 */
public record LSTM(int hidden, Direction direction, boolean bias, boolean initial)
    implements Recurrent {

  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int FORGET = 2;
  private static final int CANDIDATE = 3;
  private static final int CELL = 0;
  private static final int TANH_OF_CELL = 1;

  /** Specification. */
  public static final OpSpec<LSTM> SPEC =
      OpSpec.of(
              "LSTM",
              7,
              LSTM.class,
              LSTM::read,
              LSTM::write,
              of(
                  new LSTM(3, Direction.FORWARD, true, false),
                  Shape.of(4, 2, 5),
                  Shape.of(1, 12, 5),
                  Shape.of(1, 12, 3),
                  Shape.of(1, 24)),
              of(
                  new LSTM(3, Direction.BIDIRECTIONAL, true, true),
                  Shape.of(3, 1, 2),
                  Shape.of(2, 12, 2),
                  Shape.of(2, 12, 3),
                  Shape.of(2, 24),
                  Shape.of(2, 1, 3),
                  Shape.of(2, 1, 3)),
              of(
                  new LSTM(2, Direction.REVERSE, false, false),
                  Shape.of(5, 3, 1),
                  Shape.of(1, 8, 1),
                  Shape.of(1, 8, 2)),
              of(
                  new LSTM(1, Direction.FORWARD, false, true),
                  Shape.of(2, 2, 3),
                  Shape.of(1, 4, 3),
                  Shape.of(1, 4, 1),
                  Shape.of(1, 2, 1),
                  Shape.of(1, 2, 1)))
          .withConstantInputs(LENGTHS);

  /** Checks the number of hidden units. */
  public LSTM {
    Recurrent.checkHidden("LSTM", hidden);
  }

  private static LSTM read(Attributes a) {
    if (a.hasInput(INITIAL) != a.hasInput(INITIAL + 1)) {
      throw new IllegalArgumentException(
          "LSTM: expected both initial states (inputs 5 and 6) or none, found one");
    }
    return new LSTM(
        a.intValue("hidden_size", 0), Direction.read(a), a.hasInput(BIAS), a.hasInput(INITIAL));
  }

  @Override
  public OpSpec<LSTM> spec() {
    return SPEC;
  }

  @Override
  public int gates() {
    return 4;
  }

  @Override
  public int states() {
    return 2;
  }

  @Override
  public int kept() {
    return 2;
  }

  @Override
  public void step(Unrolled u, int t) {
    Kernels k = u.kernels();
    for (int g = 0; g < gates(); g++) {
      u.addRecurrent(u.before(0, t), g, u.gate(g, t));
      Unary f = g == CANDIDATE ? Unary.TANH : Unary.SIGMOID;
      k.unary(f, 0, 0, u.gate(g, t), u.gate(g, t));
    }
    Tensor cell = u.kept(CELL, t);
    k.binary(Binary.MUL, u.gate(FORGET, t), u.before(1, t), cell);
    k.binary(Binary.MUL, u.gate(INPUT, t), u.gate(CANDIDATE, t), u.work());
    k.axpby(1, u.work(), 1, cell);
    k.unary(Unary.TANH, 0, 0, cell, u.kept(TANH_OF_CELL, t));
    k.binary(Binary.MUL, u.gate(OUTPUT, t), u.kept(TANH_OF_CELL, t), u.hidden(t));
  }

  @Override
  public void stepBackward(Unrolled u, int t) {
    Kernels k = u.kernels();
    Tensor dh = u.stateGradient(0);
    Tensor dc = u.stateGradient(1);
    k.binary(Binary.MUL, dh, u.gate(OUTPUT, t), u.work());
    k.unaryBackward(Unary.TANH, 0, 0, null, u.kept(TANH_OF_CELL, t), u.work(), dc);
    gate(u, t, OUTPUT, dh, u.kept(TANH_OF_CELL, t));
    gate(u, t, FORGET, dc, u.before(1, t));
    gate(u, t, INPUT, dc, u.gate(CANDIDATE, t));
    gate(u, t, CANDIDATE, dc, u.gate(INPUT, t));
    k.binary(Binary.MUL, dc, u.gate(FORGET, t), dc);
    for (int g = 0; g < gates(); g++) {
      Tensor delta = u.gateGradient(g, t);
      u.recurrentGradient(delta, u.before(0, t), g);
      k.gemm(false, false, 1, delta, u.recurrent(g), g == 0 ? 0 : 1, dh);
    }
  }

  /** The gradient of a gate that is multiplied by a factor. */
  private static void gate(Unrolled u, int t, int g, Tensor gradient, Tensor factor) {
    u.kernels().binary(Binary.MUL, gradient, factor, u.work());
    Unary f = g == CANDIDATE ? Unary.TANH : Unary.SIGMOID;
    u.through(f, u.gate(g, t), u.work(), u.gateGradient(g, t));
  }
}
