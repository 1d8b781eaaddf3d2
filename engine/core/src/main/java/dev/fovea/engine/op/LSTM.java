package dev.fovea.engine.op;

import static dev.fovea.engine.op.Recurrent.clipped;
import static dev.fovea.engine.op.Recurrent.example;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Long short-term memory: with the gates {@code i, o, f = sigmoid(..)} and the candidate {@code g =
 * tanh(..)}, each of {@code X_t W^T + H_(t-1) R^T + Wb + Rb}, the cell is {@code C_t = f C_(t-1) +
 * i g} and the hidden state {@code H_t = o tanh(C_t)}. Hochreiter and Schmidhuber, 1997; Gers et
 * al., 2000. With peepholes the gates see the cell, too: {@code Pi C_(t-1)}, {@code Pf C_(t-1)} and
 * {@code Po C_t} are added to their arguments. Gers and Schmidhuber, "Recurrent nets that time and
 * count", 2000.
 *
 * <p>Inputs: {@code X [T, N, I]}, {@code W [D, 4 H, I]}, {@code R [D, 4 H, H]} with the rows of i,
 * o, f, g, then, each if it is given, {@code B [D, 8 H]}, the lengths of the sequences {@code [N]},
 * the initial H and C {@code [D, N, H]}, and the peepholes {@code P [D, 3 H]} of i, o, f; D is the
 * number of directions. Outputs: {@code Y [T, D, N, H]}, the last H and the last C, both {@code [D,
 * N, H]}.
 *
 * @param how size, direction, which inputs there are, and the functions of gates, candidate and
 *     cell
 * @param peepholes whether there is an input P
 * @param coupled whether {@code f = 1 - i}
 */
public record LSTM(Recurrence how, boolean peepholes, boolean coupled) implements Recurrent {

  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int FORGET = 2;
  private static final int CANDIDATE = 3;
  private static final int CELL = 0;
  private static final int VALUE_OF_CELL = 1;
  private static final int PEEPHOLES = 7;
  private static final String COUPLED = "input_forget";

  // Functions of the gates, of the candidate, of the cell.
  private static final int GATE_FUNCTION = 0;
  private static final int CANDIDATE_FUNCTION = 1;
  private static final int CELL_FUNCTION = 2;
  static final List<Activation> USUAL =
      List.of(Activation.SIGMOID, Activation.TANH, Activation.TANH);

  /** Specification. */
  public static final OpSpec<LSTM> SPEC =
      OpSpec.of(
          "LSTM",
          7,
          LSTM.class,
          LSTM::read,
          LSTM::write,
          example(new LSTM(3, Direction.FORWARD, true, false), 4, 2, 5),
          example(new LSTM(3, Direction.BIDIRECTIONAL, true, true), 3, 1, 2),
          example(new LSTM(2, Direction.REVERSE, false, false), 5, 3, 1),
          example(new LSTM(1, Direction.FORWARD, false, true), 2, 2, 3),
          example(
              new LSTM(plain(Direction.BIDIRECTIONAL, true).withLengths(), true, false), 4, 3, 2),
          example(new LSTM(plain(Direction.REVERSE, false).withLengths(), false, false), 3, 2, 2),
          example(new LSTM(plain(Direction.FORWARD, true), true, true), 3, 2, 2),
          clipped(
              example(
                  new LSTM(plain(Direction.FORWARD, false).withClip(0.5f), false, false), 3, 2, 2)),
          example(
              new LSTM(
                  plain(Direction.FORWARD, true)
                      .with(
                          new Activation(Activation.Kind.HARD_SIGMOID, 0.25f, 0.4f),
                          Activation.of(Activation.Kind.SOFTSIGN),
                          new Activation(Activation.Kind.AFFINE, 0.8f, 0.1f)),
                  false,
                  false),
              3,
              2,
              2));

  private static Recurrence plain(Direction direction, boolean initial) {
    return Recurrence.of(2, direction, true, initial, USUAL);
  }

  /** A layer without peepholes, with the usual functions. */
  public LSTM(int hidden, Direction direction, boolean bias, boolean initial) {
    this(Recurrence.of(hidden, direction, bias, initial, USUAL), false, false);
  }

  private static LSTM read(Attributes a) {
    if (a.hasInput(INITIAL) != a.hasInput(INITIAL + 1)) {
      throw new IllegalArgumentException(
          "LSTM: expected both initial states (inputs 5 and 6) or none, found one");
    }
    return new LSTM(Recurrence.read(a, USUAL), a.hasInput(PEEPHOLES), a.intValue(COUPLED, 0) != 0);
  }

  @Override
  public Attributes write() {
    Attributes a = Recurrent.super.write();
    a = peepholes ? a.withInputs(PEEPHOLES) : a;
    return coupled ? a.with(COUPLED, 1) : a;
  }

  @Override
  public OpSpec<LSTM> spec() {
    return SPEC;
  }

  @Override
  public List<Activation> usual() {
    return USUAL;
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
  public int ownRows() {
    return peepholes ? 3 : 0;
  }

  @Override
  public void step(Unrolled u, int t) {
    Kernels k = u.kernels();
    for (int g = 0; g < gates(); g++) {
      u.addRecurrent(u.before(0, t), g, u.argument(g, t));
    }
    if (peepholes) {
      u.addOwn(u.before(1, t), INPUT, u.argument(INPUT, t));
      u.addOwn(u.before(1, t), FORGET, u.argument(FORGET, t));
    }
    u.activate(GATE_FUNCTION, INPUT, t);
    u.activate(GATE_FUNCTION, FORGET, t);
    u.activate(CANDIDATE_FUNCTION, CANDIDATE, t);
    if (coupled) {
      k.fill(1, u.gate(FORGET, t));
      k.axpby(-1, u.gate(INPUT, t), 1, u.gate(FORGET, t));
    }
    Tensor cell = u.kept(CELL, t);
    k.binary(Binary.MUL, u.gate(FORGET, t), u.before(1, t), cell);
    k.binary(Binary.MUL, u.gate(INPUT, t), u.gate(CANDIDATE, t), u.work());
    k.axpby(1, u.work(), 1, cell);
    if (peepholes) {
      u.addOwn(cell, OUTPUT, u.argument(OUTPUT, t));
    }
    u.activate(GATE_FUNCTION, OUTPUT, t);
    u.function(CELL_FUNCTION).apply(k, cell, u.kept(VALUE_OF_CELL, t));
    k.binary(Binary.MUL, u.gate(OUTPUT, t), u.kept(VALUE_OF_CELL, t), u.hidden(t));
  }

  @Override
  public void stepBackward(Unrolled u, int t) {
    Kernels k = u.kernels();
    Tensor dh = u.stateGradient(0);
    Tensor dc = u.stateGradient(1);
    cellBackward(u, t, dh, dc);
    gate(u, t, OUTPUT, dh, u.kept(VALUE_OF_CELL, t));
    peephole(u, t, OUTPUT, u.kept(CELL, t), dc);
    if (coupled) {
      k.binary(Binary.SUB, u.gate(CANDIDATE, t), u.before(1, t), u.gateGradient(FORGET, t));
      gate(u, t, INPUT, dc, u.gateGradient(FORGET, t));
      k.fill(0, u.gateGradient(FORGET, t));
    } else {
      gate(u, t, FORGET, dc, u.before(1, t));
      gate(u, t, INPUT, dc, u.gate(CANDIDATE, t));
    }
    gate(u, t, CANDIDATE, dc, u.gate(INPUT, t));
    k.binary(Binary.MUL, dc, u.gate(FORGET, t), dc);
    peephole(u, t, INPUT, u.before(1, t), dc);
    peephole(u, t, FORGET, u.before(1, t), dc);
    for (int g = 0; g < gates(); g++) {
      Tensor delta = u.gateGradient(g, t);
      k.gemm(false, false, 1, delta, u.recurrent(g), g == 0 ? 0 : 1, dh);
    }
  }

  /** From the hidden state to the cell. The gradient of the output gate serves as room before. */
  private static void cellBackward(Unrolled u, int t, Tensor dh, Tensor dc) {
    Kernels k = u.kernels();
    Tensor room = u.gateGradient(OUTPUT, t);
    k.binary(Binary.MUL, dh, u.gate(OUTPUT, t), u.work());
    u.function(CELL_FUNCTION)
        .derivative(k, u.kept(CELL, t), u.kept(VALUE_OF_CELL, t), u.work(), room);
    k.axpby(1, room, 1, dc);
  }

  /** The gradient of a gate that is multiplied by a factor. */
  private static void gate(Unrolled u, int t, int g, Tensor gradient, Tensor factor) {
    u.kernels().binary(Binary.MUL, gradient, factor, u.work());
    u.through(g == CANDIDATE ? CANDIDATE_FUNCTION : GATE_FUNCTION, g, t, u.work());
  }

  /** From a gate to the cell that it sees. */
  private void peephole(Unrolled u, int t, int g, Tensor cell, Tensor dc) {
    if (peepholes) {
      u.addOwn(u.gateGradient(g, t), g, dc);
      u.ownGradient(u.gateGradient(g, t), cell, g);
    }
  }
}
