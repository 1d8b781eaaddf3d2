package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Gated recurrent unit: with the gates {@code z, r = sigmoid(X_t W^T + H_(t-1) R^T + Wb + Rb)}, the
 * candidate is {@code h = tanh(X_t W^T + (r H_(t-1)) R^T + Wb + Rb)}, or, where the reset is
 * linear, {@code tanh(X_t W^T + Wb + r (H_(t-1) R^T + Rb))}, and the hidden state {@code H_t = (1 -
 * z) h + z H_(t-1)}. Cho et al., EMNLP 2014.
 *
 * <p>Inputs: {@code X [T, N, I]}, {@code W [D, 3 H, I]}, {@code R [D, 3 H, H]} with the rows of z,
 * r, h, then {@code B [D, 6 H]} if there is a bias, then the initial state {@code [D, N, H]} if it
 * is given; D is the number of directions. Outputs: {@code Y [T, D, N, H]}, and the last state
 * {@code [D, N, H]}.
 *
 * @param hidden number of hidden units H
 * @param direction the order in which a sequence is read
 * @param linearReset whether the reset gate comes after the product with R, as in cuDNN
 * @param bias whether there is an input B
 * @param initial whether the initial state is an input, else it is zero
 */
public record GRU(
    int hidden, Direction direction, boolean linearReset, boolean bias, boolean initial)
    implements Recurrent {

  private static final int UPDATE = 0;
  private static final int RESET = 1;
  private static final int CANDIDATE = 2;

  /** Gradient of what the reset gate is multiplied with, where the reset is linear. */
  private static final int PRODUCT = 3;

  /** Specification. */
  public static final OpSpec<GRU> SPEC =
      OpSpec.of(
              "GRU",
              7,
              GRU.class,
              a ->
                  new GRU(
                      a.intValue("hidden_size", 0),
                      Direction.read(a),
                      a.intValue("linear_before_reset", 0) != 0,
                      a.hasInput(BIAS),
                      a.hasInput(INITIAL)),
              op -> op.write().with("linear_before_reset", op.linearReset ? 1L : 0L),
              example(Direction.FORWARD, false, true, false, 4, 2),
              example(Direction.BIDIRECTIONAL, true, true, true, 3, 1),
              example(Direction.REVERSE, false, false, true, 5, 3),
              example(Direction.FORWARD, true, false, false, 2, 2))
          .withConstantInputs(LENGTHS);

  private static OpSpec.Example example(
      Direction direction, boolean linear, boolean bias, boolean initial, int t, int n) {
    GRU op = new GRU(3, direction, linear, bias, initial);
    int d = direction.count();
    List<Shape> in = new ArrayList<>();
    in.add(Shape.of(t, n, 2));
    in.add(Shape.of(d, 9, 2));
    in.add(Shape.of(d, 9, 3));
    if (bias) {
      in.add(Shape.of(d, 18));
    }
    if (initial) {
      in.add(Shape.of(d, n, 3));
    }
    return of(op, in.toArray(Shape[]::new));
  }

  /** Checks the number of hidden units. */
  public GRU {
    Recurrent.checkHidden("GRU", hidden);
  }

  @Override
  public OpSpec<GRU> spec() {
    return SPEC;
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
      u.addRecurrent(before, g, u.gate(g, t));
      k.unary(Unary.SIGMOID, 0, 0, u.gate(g, t), u.gate(g, t));
    }
    Tensor candidate = u.gate(CANDIDATE, t);
    Tensor kept = u.kept(0, t);
    if (linearReset) {
      k.fill(0, kept);
      if (bias) {
        k.binary(Binary.ADD, kept, u.recurrentBias(CANDIDATE), kept);
      }
      u.addRecurrent(before, CANDIDATE, kept);
      k.binary(Binary.MUL, u.gate(RESET, t), kept, u.work());
      k.axpby(1, u.work(), 1, candidate);
    } else {
      k.binary(Binary.MUL, u.gate(RESET, t), before, kept);
      u.addRecurrent(kept, CANDIDATE, candidate);
    }
    k.unary(Unary.TANH, 0, 0, candidate, candidate);
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
    u.through(Unary.SIGMOID, z, work, u.gateGradient(UPDATE, t));
    // What goes to the candidate is dh (1 - z), what goes straight to the state before dh z.
    k.binary(Binary.MUL, dh, z, work);
    k.axpby(-1, work, 1, dh);
    u.through(Unary.TANH, candidate, dh, u.gateGradient(CANDIDATE, t));
    k.axpby(1, work, 0, dh);
    reset(u, t, before);
    for (int g = UPDATE; g <= RESET; g++) {
      Tensor delta = u.gateGradient(g, t);
      u.recurrentGradient(delta, before, g);
      k.gemm(false, false, 1, delta, u.recurrent(g), 1, dh);
    }
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
      u.through(Unary.SIGMOID, r, u.work(), u.gateGradient(RESET, t));
      k.binary(Binary.MUL, delta, r, product);
      u.recurrentGradient(product, before, CANDIDATE);
      k.gemm(false, false, 1, product, u.recurrent(CANDIDATE), 1, dh);
    } else {
      u.recurrentGradient(delta, u.kept(0, t), CANDIDATE);
      k.gemm(false, false, 1, delta, u.recurrent(CANDIDATE), 0, product);
      k.binary(Binary.MUL, product, before, u.work());
      u.through(Unary.SIGMOID, r, u.work(), u.gateGradient(RESET, t));
      k.binary(Binary.MUL, product, r, u.work());
      k.axpby(1, u.work(), 1, dh);
    }
  }
}
