package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.function.IntFunction;

/**
 * One direction of a run of a recurrent layer, with the views that its cell works on. Each gate of
 * all steps lies in one piece, so that everything is a product of matrices or a function of whole
 * tensors.
 */
final class Unrolled {

  // Rows of the small tensors [N, H].
  private static final int ZERO = 0;
  private static final int WORK = 1;
  private static final int CLIPPED = 2;
  private static final int MASK = 3;
  private static final int STATE_GRADIENTS = 4;
  private static final int MOST_STATES = 2;
  private static final int HELD = STATE_GRADIENTS + MOST_STATES;
  private static final int SMALL = HELD + MOST_STATES;

  // What is kept for a backward run.
  private static final int ARGUMENTS = 3;
  private static final int GATE_GRADIENTS = 4;

  private final Recurrent op;
  private final Recurrence how;
  private final Kernels kernels;
  private final int direction;
  private final int steps;
  private final Shape matrix;
  private final Tensor x;
  private final IntFunction<Tensor> input;
  private final IntFunction<Tensor> gradient;
  private final Tensor gates;
  private final Tensor arguments;
  private final Tensor kept;
  private final Tensor small;
  private final Tensor gateGradients;
  private final Tensor y;

  Unrolled(Recurrent op, Op.Forward r, int direction) {
    this(
        op,
        r.kernels(),
        direction,
        r::input,
        i -> null,
        i -> r.saved(i) != null ? r.saved(i) : r.scratch(i),
        r.output(0),
        null);
  }

  Unrolled(Recurrent op, Op.Backward r, int direction) {
    this(
        op,
        r.kernels(),
        direction,
        r::input,
        r::gradient,
        r::saved,
        r.output(0),
        r.saved(GATE_GRADIENTS));
  }

  private Unrolled(
      Recurrent op,
      Kernels kernels,
      int direction,
      IntFunction<Tensor> input,
      IntFunction<Tensor> gradient,
      IntFunction<Tensor> memory,
      Tensor y,
      Tensor gateGradients) {
    this.op = op;
    this.how = op.how();
    this.kernels = kernels;
    this.direction = direction;
    this.input = input;
    this.gradient = gradient;
    Shape s = input.apply(0).shape();
    this.steps = s.dim(0);
    this.matrix = Shape.of(s.dim(1), op.hidden());
    this.x = input.apply(0).reshape(steps * s.dim(1), s.dim(2));
    this.gates = part(memory.apply(0), direction);
    this.arguments = how.keepsArguments() ? part(memory.apply(ARGUMENTS), direction) : gates;
    this.kept = part(memory.apply(1), direction);
    this.small = memory.apply(2);
    this.gateGradients = gateGradients;
    this.y = y;
  }

  /** Gates and further sequences of all directions, small tensors, arguments of the gates. */
  static List<Shape> forwardShapes(Recurrent op, Shape x) {
    int d = op.how().direction().count();
    int sequences = op.kept() + (op.how().lengths() ? 1 : 0);
    Shape gates = Shape.of(d, op.gates(), x.dim(0), x.dim(1), op.hidden());
    return List.of(
        gates,
        gates.with(1, Math.max(1, sequences)),
        Shape.of(SMALL, x.dim(1), op.hidden()),
        op.how().keepsArguments() ? gates : Shape.of(1));
  }

  /** The same, and the gradients of one direction's gates, with one row more for the cell. */
  static List<Shape> backwardShapes(Recurrent op, Shape x) {
    List<Shape> forward = forwardShapes(op, x);
    return List.of(
        forward.get(0),
        forward.get(1),
        forward.get(2),
        forward.get(ARGUMENTS),
        Shape.of(op.gates() + 1, x.dim(0), x.dim(1), op.hidden()));
  }

  private static Tensor part(Tensor t, int i) {
    Shape s = t.shape();
    int[] inner = new int[s.rank() - 1];
    System.arraycopy(s.toArray(), 1, inner, 0, inner.length);
    return t.slice(i, i + 1).reshape(inner);
  }

  private int previous(int t) {
    return how.direction().backwards(direction) ? t + 1 : t - 1;
  }

  private int time(int step) {
    return how.direction().backwards(direction) ? steps - 1 - step : step;
  }

  Kernels kernels() {
    return kernels;
  }

  /** A gate at time t, {@code [N, H]}. */
  Tensor gate(int g, int t) {
    return part(part(gates, g), t);
  }

  /** A gate before its function, at time t: where recurrent terms are added. */
  Tensor argument(int g, int t) {
    return part(part(arguments, g), t);
  }

  /** The gradient of a gate before its function, at time t; g may be one beyond the last. */
  Tensor gateGradient(int g, int t) {
    return part(part(gateGradients, g), t);
  }

  /** A sequence that the cell keeps, at time t. */
  Tensor kept(int i, int t) {
    return part(part(kept, i), t);
  }

  /** The hidden state after time t; where sequences end before others, it is not the output. */
  Tensor hidden(int t) {
    return how.lengths() ? kept(op.kept(), t) : part(part(y, t), direction);
  }

  private Tensor state(int s, int t) {
    return s == 0 ? hidden(t) : kept(0, t);
  }

  /** A state before time t; state 1 is the cell's first kept sequence. */
  Tensor before(int state, int t) {
    int p = previous(t);
    if (p < 0 || p >= steps) {
      return how.initial()
          ? part(input.apply(op.initialInput(state)), direction)
          : part(small, ZERO);
    }
    return state(state, p);
  }

  /** A tensor {@code [N, H]} to work with. */
  Tensor work() {
    return part(small, WORK);
  }

  /** The gradient of a state. */
  Tensor stateGradient(int state) {
    return part(small, STATE_GRADIENTS + state);
  }

  /** The recurrent weights of a gate, {@code [H, H]}. */
  Tensor recurrent(int g) {
    return weights(input.apply(2), g);
  }

  private Tensor weights(Tensor t, int g) {
    return part(t, direction).slice(g * op.hidden(), (g + 1) * op.hidden());
  }

  /** The bias of R for a gate, {@code [H]}. */
  Tensor recurrentBias(int g) {
    return biases(input.apply(3), op.gates() + g);
  }

  private Tensor biases(Tensor t, int index) {
    return part(t, direction).slice(index * op.hidden(), (index + 1) * op.hidden());
  }

  /** Adds {@code from R^T} of a gate to a tensor. */
  void addRecurrent(Tensor from, int g, Tensor to) {
    kernels.gemm(false, true, 1, from, recurrent(g), 1, to);
  }

  /** Adds to the gradient of a gate's recurrent weights, if somebody wants it. */
  void recurrentGradient(Tensor delta, Tensor from, int g) {
    if (gradient.apply(2) != null) {
      kernels.gemm(true, false, 1, delta, from, 1, weights(gradient.apply(2), g));
    }
  }

  // The same for all steps of a gate that reads the hidden state before each: one large product
  // instead of many small ones, where states of neighbouring times lie side by side.
  private void recurrentGradient(int g) {
    boolean apart = !how.lengths() && how.direction().count() > 1;
    for (int s = 0; s < (apart ? steps : 1); s++) {
      recurrentGradient(gateGradient(g, time(s)), before(0, time(s)), g);
    }
    if (!apart && steps > 1) {
      int first = previous(0) > 0 ? 0 : 1;
      Tensor delta = part(gateGradients, g).slice(first, first + steps - 1);
      Tensor states = how.lengths() ? part(kept, op.kept()) : y;
      Tensor from = states.slice(1 - first, steps - first);
      Shape rows = Shape.of((steps - 1) * matrix.dim(0), matrix.dim(1));
      recurrentGradient(delta.reshape(rows), from.reshape(rows), g);
    }
  }

  /** Computes a gate from its argument by one of the functions. */
  void activate(int function, int g, int t) {
    Tensor x = argument(g, t);
    if (how.clip() > 0) {
      kernels.unary(Unary.CLIP, -how.clip(), how.clip(), x, x);
    }
    how.activation(direction, function).apply(kernels, x, gate(g, t));
  }

  /** Turns the gradient of a gate into that of its argument: {@link #gateGradient}. */
  void through(int function, int g, int t, Tensor dy) {
    Tensor inside = dy;
    if (how.clip() > 0) {
      // What was clipped lies on the limit, and nothing flows back to it.
      inside = part(small, CLIPPED);
      float limit = how.belowClip();
      kernels.fill(0, inside);
      kernels.unaryBackward(Unary.CLIP, -limit, limit, argument(g, t), null, dy, inside);
    }
    how.activation(direction, function)
        .derivative(kernels, argument(g, t), gate(g, t), inside, gateGradient(g, t));
  }

  /** A function of the cell, which is no gate. */
  Activation function(int function) {
    return how.activation(direction, function);
  }

  /** A row of the cell's own input, {@code [H]}. */
  Tensor own(int row) {
    return part(input.apply(op.ownInput()), direction)
        .slice(row * op.hidden(), (row + 1) * op.hidden());
  }

  /** Adds {@code a} times a row of the cell's own input to a tensor {@code [N, H]}. */
  void addOwn(Tensor a, int row, Tensor to) {
    kernels.binary(Binary.MUL, a, own(row), work());
    kernels.axpby(1, work(), 1, to);
  }

  /** Adds to the gradient of a row of the cell's own input, if somebody wants it. */
  void ownGradient(Tensor delta, Tensor factor, int row) {
    Tensor all = gradient.apply(op.ownInput());
    if (all != null) {
      kernels.binary(Binary.MUL, delta, factor, work());
      Tensor to = part(all, direction).slice(row * op.hidden(), (row + 1) * op.hidden());
      kernels.reduce(Reduce.SUM, work(), true, to);
    }
  }

  /** 1 for sequences that go on at time t, else 0; {@code [N, 1]}. */
  private Tensor mask(int t) {
    Tensor room = part(small, MASK);
    Tensor mask = Tensor.over(room.storage(), room.offset(), Shape.of(matrix.dim(0), 1));
    kernels.fill(-t, mask);
    kernels.axpby(1, input.apply(op.lengthsInput()).reshape(matrix.dim(0), 1), 1, mask);
    kernels.unary(Unary.CLIP, 0, 1, mask, mask);
    return mask;
  }

  /** Lets the states of sequences that have ended stay, and sets their output to 0. */
  private void hold(int t) {
    Tensor mask = mask(t);
    for (int s = 0; s < op.states(); s++) {
      kernels.select(mask, state(s, t), before(s, t), work());
      kernels.axpby(1, work(), 0, state(s, t));
    }
    kernels.select(mask, hidden(t), part(small, ZERO), part(part(y, t), direction));
  }

  /** Runs a step back without the sequences that have ended, whose gradients wait. */
  private void stepBackwardMasked(int t, Tensor cotangent) {
    Tensor mask = mask(t);
    kernels.select(mask, cotangent, part(small, ZERO), work());
    kernels.axpby(1, work(), 1, stateGradient(0));
    for (int s = 0; s < op.states(); s++) {
      kernels.select(mask, part(small, ZERO), stateGradient(s), part(small, HELD + s));
      kernels.axpby(-1, part(small, HELD + s), 1, stateGradient(s));
    }
    op.stepBackward(this, t);
    for (int s = 0; s < op.states(); s++) {
      kernels.axpby(1, part(small, HELD + s), 1, stateGradient(s));
    }
  }

  void forward(Op.Forward r) {
    kernels.fill(0, part(small, ZERO));
    for (int g = 0; g < op.gates(); g++) {
      Tensor all = sequence(arguments, g);
      kernels.gemm(false, true, 1, x, weights(input.apply(1), g), 0, all);
      if (how.bias()) {
        kernels.binary(Binary.ADD, all, biases(input.apply(3), g), all);
        if (!op.addsBias(g)) {
          kernels.binary(Binary.ADD, all, recurrentBias(g), all);
        }
      }
    }
    for (int s = 0; s < steps; s++) {
      op.step(this, time(s));
      if (how.lengths()) {
        hold(time(s));
      }
    }
    int last = time(steps - 1);
    kernels.axpby(1, hidden(last), 0, part(r.output(1), direction));
    if (op.states() > 1) {
      kernels.axpby(1, kept(0, last), 0, part(r.output(2), direction));
    }
  }

  /** A gate of all steps as one matrix. */
  private Tensor sequence(Tensor gates, int g) {
    return part(gates, g).reshape(steps * matrix.dim(0), matrix.dim(1));
  }

  void backward(Op.Backward r) {
    kernels.fill(0, part(small, ZERO));
    for (int s = 0; s < op.states(); s++) {
      kernels.axpby(1, part(r.cotangent(1 + s), direction), 0, stateGradient(s));
    }
    for (int s = steps - 1; s >= 0; s--) {
      int t = time(s);
      Tensor cotangent = part(part(r.cotangent(0), t), direction);
      if (how.lengths()) {
        stepBackwardMasked(t, cotangent);
      } else {
        kernels.axpby(1, cotangent, 1, stateGradient(0));
        op.stepBackward(this, t);
      }
    }
    for (int g = 0; g < op.gates(); g++) {
      gateBackward(g, sequence(gateGradients, g));
    }
    for (int s = 0; how.initial() && s < op.states(); s++) {
      Tensor to = gradient.apply(op.initialInput(s));
      if (to != null) {
        kernels.axpby(1, stateGradient(s), 1, part(to, direction));
      }
    }
  }

  private void gateBackward(int g, Tensor delta) {
    if (op.readsHidden(g)) {
      recurrentGradient(g);
    }
    Tensor dx = gradient.apply(0);
    if (dx != null) {
      kernels.gemm(false, false, 1, delta, weights(input.apply(1), g), 1, dx.reshape(x.shape()));
    }
    if (gradient.apply(1) != null) {
      kernels.gemm(true, false, 1, delta, x, 1, weights(gradient.apply(1), g));
    }
    if (how.bias() && gradient.apply(3) != null) {
      kernels.reduce(Reduce.SUM, delta, true, biases(gradient.apply(3), g));
      Tensor recurrent = op.addsBias(g) ? sequence(gateGradients, op.gates()) : delta;
      kernels.reduce(Reduce.SUM, recurrent, true, biases(gradient.apply(3), op.gates() + g));
    }
  }
}
