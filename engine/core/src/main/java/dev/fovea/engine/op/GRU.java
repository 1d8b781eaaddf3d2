package dev.fovea.engine.op;

import static dev.fovea.engine.op.Recurrent.clipped;
import static dev.fovea.engine.op.Recurrent.example;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Gated recurrent unit: with the gates {@code z, r = sigmoid(X_t W^T + H_(t-1) R^T + Wb + Rb)}, the
 * candidate is {@code h = tanh(X_t W^T + (r H_(t-1)) R^T + Wb + Rb)}, or, where the reset is
 * linear, {@code tanh(X_t W^T + Wb + r (H_(t-1) R^T + Rb))}, and the hidden state {@code H_t = (1 -
 * z) h + z H_(t-1)}. Cho et al., EMNLP 2014.
 *
 * <p>Inputs: {@code X [T, N, I]}, {@code W [D, 3 H, I]}, {@code R [D, 3 H, H]} with the rows of z,
 * r, h, then, each if it is given, {@code B [D, 6 H]}, the lengths of the sequences {@code [N]},
 * the initial state {@code [D, N, H]}; D is the number of directions. Outputs: {@code Y [T, D, N,
 * H]}, and the last state {@code [D, N, H]}.
 *
 * @param how size, direction, which inputs there are, and the functions of gates and candidate
 * @param linearReset whether the reset gate comes after the product with R, as in cuDNN
 */
public record GRU(Recurrence how, boolean linearReset) implements Recurrent {

  private static final int UPDATE = 0;
  private static final int RESET = 1;
  private static final int CANDIDATE = 2;

  /** Gradient of what the reset gate is multiplied with, where the reset is linear. */
  private static final int PRODUCT = 3;

  // Functions of the gates, of the candidate.
  private static final int GATE_FUNCTION = 0;
  private static final int CANDIDATE_FUNCTION = 1;
  static final List<Activation> USUAL = List.of(Activation.SIGMOID, Activation.TANH);

  /** Specification. */
  public static final OpSpec<GRU> SPEC =
      OpSpec.of(
          "GRU",
          7,
          GRU.class,
          a -> new GRU(Recurrence.read(a, USUAL), a.intValue("linear_before_reset", 0) != 0),
          op -> op.write().with("linear_before_reset", op.linearReset ? 1L : 0L),
          example(new GRU(3, Direction.FORWARD, false, true, false), 4, 2, 2),
          example(new GRU(3, Direction.BIDIRECTIONAL, true, true, true), 3, 1, 2),
          example(new GRU(3, Direction.REVERSE, false, false, true), 5, 3, 2),
          example(new GRU(3, Direction.FORWARD, true, false, false), 2, 2, 2),
          example(new GRU(plain(Direction.BIDIRECTIONAL).withLengths(), false), 4, 3, 2),
          example(new GRU(plain(Direction.FORWARD).withLengths(), true), 3, 2, 2),
          clipped(example(new GRU(plain(Direction.FORWARD).withClip(0.5f), true), 3, 2, 2)),
          example(
              new GRU(
                  plain(Direction.FORWARD)
                      .with(
                          new Activation(Activation.Kind.HARD_SIGMOID, 0.25f, 0.4f),
                          Activation.of(Activation.Kind.SOFTPLUS)),
                  false),
              3,
              2,
              2));

  private static Recurrence plain(Direction direction) {
    return Recurrence.of(2, direction, true, true, USUAL);
  }

  /** A layer with the usual functions. */
  public GRU(int hidden, Direction direction, boolean linearReset, boolean bias, boolean initial) {
    this(Recurrence.of(hidden, direction, bias, initial, USUAL), linearReset);
  }

  @Override
  public OpSpec<GRU> spec() {
    return SPEC;
  }

  @Override
  public List<Activation> usual() {
    return USUAL;
  }

  @Override
  public int gates() {
    return 3;
  }

  @Override
  public int states() {
    return 1;
  }

  /** {@code r H_(t-1)}, or, where the reset is linear, what r is multiplied with. */
  @Override
  public int kept() {
    return 1;
  }

  @Override
  public boolean addsBias(int gate) {
    return linearReset && gate == CANDIDATE;
  }

  @Override
  public void step(Unrolled u, int t) {
    Kernels k = u.kernels();
    Tensor before = u.before(0, t);
    for (int g = UPDATE; g <= RESET; g++) {
      u.addRecurrent(before, g, u.argument(g, t));
      u.activate(GATE_FUNCTION, g, t);
    }
    Tensor argument = u.argument(CANDIDATE, t);
    Tensor kept = u.kept(0, t);
    if (linearReset) {
      k.fill(0, kept);
      if (how.bias()) {
        k.binary(Binary.ADD, kept, u.recurrentBias(CANDIDATE), kept);
      }
      u.addRecurrent(before, CANDIDATE, kept);
      k.binary(Binary.MUL, u.gate(RESET, t), kept, u.work());
      k.axpby(1, u.work(), 1, argument);
    } else {
      k.binary(Binary.MUL, u.gate(RESET, t), before, kept);
      u.addRecurrent(kept, CANDIDATE, argument);
    }
    u.activate(CANDIDATE_FUNCTION, CANDIDATE, t);
    Tensor candidate = u.gate(CANDIDATE, t);
    // (1 - z) h + z H = h + z (H - h)
    Tensor h = u.hidden(t);
    k.binary(Binary.SUB, before, candidate, h);
    k.binary(Binary.MUL, h, u.gate(UPDATE, t), h);
    k.axpby(1, candidate, 1, h);
  }

  @Override
  public void stepBackward(Unrolled u, int t) {
    Kernels k = u.kernels();
    Tensor dh = u.stateGradient(0);
    Tensor before = u.before(0, t);
    Tensor z = u.gate(UPDATE, t);
    Tensor candidate = u.gate(CANDIDATE, t);
    Tensor work = u.work();
    k.binary(Binary.SUB, before, candidate, work);
    k.binary(Binary.MUL, work, dh, work);
    u.through(GATE_FUNCTION, UPDATE, t, work);
    // What goes to the candidate is dh (1 - z), what goes straight to the state before dh z.
    k.binary(Binary.MUL, dh, z, work);
    k.axpby(-1, work, 1, dh);
    u.through(CANDIDATE_FUNCTION, CANDIDATE, t, dh);
    k.axpby(1, work, 0, dh);
    reset(u, t, before);
    for (int g = UPDATE; g <= RESET; g++) {
      Tensor delta = u.gateGradient(g, t);
      k.gemm(false, false, 1, delta, u.recurrent(g), 1, dh);
    }
  }

  @Override
  public boolean readsHidden(int gate) {
    return gate != CANDIDATE;
  }

  /** From the candidate to the reset gate, the candidate's weights and the state before. */
  private void reset(Unrolled u, int t, Tensor before) {
    Kernels k = u.kernels();
    Tensor dh = u.stateGradient(0);
    Tensor r = u.gate(RESET, t);
    Tensor delta = u.gateGradient(CANDIDATE, t);
    Tensor product = u.gateGradient(PRODUCT, t);
    if (linearReset) {
      k.binary(Binary.MUL, delta, u.kept(0, t), u.work());
      u.through(GATE_FUNCTION, RESET, t, u.work());
      k.binary(Binary.MUL, delta, r, product);
      u.recurrentGradient(product, before, CANDIDATE);
      k.gemm(false, false, 1, product, u.recurrent(CANDIDATE), 1, dh);
    } else {
      u.recurrentGradient(delta, u.kept(0, t), CANDIDATE);
      k.gemm(false, false, 1, delta, u.recurrent(CANDIDATE), 0, product);
      k.binary(Binary.MUL, product, before, u.work());
      u.through(GATE_FUNCTION, RESET, t, u.work());
      k.binary(Binary.MUL, product, r, u.work());
      k.axpby(1, u.work(), 1, dh);
    }
  }
}
