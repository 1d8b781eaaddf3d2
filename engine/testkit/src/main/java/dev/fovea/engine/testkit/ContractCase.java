package dev.fovea.engine.testkit;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.testkit.OpContract.Clause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The contract of one operator on inputs of given shapes, in one mode; oracles are kept. */
final class ContractCase {

  /**
   * Distance to the reference, relative to the largest expected element or 1. A float32 sum of the
   * few hundred products of the examples is good to 5e-7.
   */
  private static final double TOLERANCE = 1e-5;

  /**
   * Distance of analytic and numeric gradients, relative likewise. Errors seen are up to 2e-6, with
   * the strong curvature of a normalisation over few elements 4e-5; a wrong formula is a matter of
   * whole percents.
   */
  private static final double NUMERIC_TOLERANCE = 2e-4;

  private static final int ODD_OFFSET = 3;
  private static final int SAMPLED_ELEMENTS = 24;
  private static final int RANDOM_DIRECTIONS = 3;

  /** A numeric derivative by one input along a direction. */
  private record Slope(int input, float[] direction, double value) {}

  /** What the reference computes: outputs, inputs after the run, gradients added to the start. */
  private record Oracle(List<Tensor> outputs, List<Tensor> inputs, List<Tensor> gradients) {}

  private final OpSpec.Example example;
  private final Op op;
  private final boolean training;
  private final long seed;
  private final List<Tensor> inputs;
  private final List<Tensor> cotangents;
  private final List<Tensor> start;
  private Oracle oracle;
  private List<Slope> slopes;

  ContractCase(OpSpec.Example example, boolean training, long seed) {
    this.example = example;
    this.op = example.op();
    this.training = training;
    this.seed = seed;
    SplittableRandom random = new SplittableRandom(seed);
    inputs = InputSampler.inputs(example, random);
    cotangents = new ArrayList<>();
    for (Shape s : op.inferShapes(example.inputs())) {
      boolean real = OpRun.isReal(example, cotangents.size());
      cotangents.add(real ? InputSampler.signed(s, 0.25, 1, random) : null);
    }
    start = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Shape s = inputs.get(i).shape();
      start.add(differentiates(i) ? InputSampler.signed(s, 1, 2, random) : null);
    }
  }

  private boolean differentiates(int input) {
    return OpRun.differentiates(example, input);
  }

  void check(Backend backend) {
    OpRun.Setting plain = setting(backend).withOffset(ODD_OFFSET);
    OpRun run = attempt(backend, Clause.FORWARD, () -> new OpRun(op, inputs, plain).forward());
    checkForward(backend, run);
    List<Tensor> outputs = run.outputTensors();
    List<Tensor> statistics = run.inputTensors();
    attempt(backend, Clause.BACKWARD, () -> run.backward(cotangents, start));
    require(run.intact(), Clause.BOUNDS, backend, "something outside of the tensors was written");
    same(Clause.MODIFICATION, backend, "input after backward", statistics, run.inputTensors());
    same(Clause.MODIFICATION, backend, "output after backward", outputs, run.outputTensors());
    same(Clause.MODIFICATION, backend, "cotangent", cotangents, run.cotangentTensors());
    checkGradients(backend, run.gradientTensors());
    checkEachAlone(backend, plain, run.gradientTensors());
    checkAtOffsetZero(backend);
    checkThreads(backend, plain, run);
    checkSession(backend);
  }

  private OpRun.Setting setting(Backend backend) {
    return new OpRun.Setting(backend, 1, training, 0, true, seed);
  }

  private void checkForward(Backend backend, OpRun run) {
    close(Clause.FORWARD, backend, "output", oracle().outputs, run.outputTensors());
    for (int i = 0; i < inputs.size(); i++) {
      List<Tensor> found = List.of(run.inputTensors().get(i));
      if (training && !op.learns(i)) {
        List<Tensor> expected = List.of(oracle().inputs.get(i));
        close(Clause.FORWARD, backend, "running statistic of input " + i, expected, found);
      } else {
        same(Clause.MODIFICATION, backend, "input " + i, List.of(inputs.get(i)), found);
      }
    }
    if (!training) {
      OpRun.Setting lean = setting(backend).withOffset(ODD_OFFSET).withoutBackward();
      OpRun alone = attempt(backend, Clause.FORWARD, () -> new OpRun(op, inputs, lean).forward());
      same(
          Clause.FORWARD,
          backend,
          "output without memory for backward",
          run.outputTensors(),
          alone.outputTensors());
    }
  }

  private void checkGradients(Backend backend, List<Tensor> found) {
    OpRun.Setting plain = setting(backend).withOffset(ODD_OFFSET);
    List<Tensor> fresh =
        new OpRun(op, inputs, plain).forward().backward(cotangents, zeros()).gradientTensors();
    close(Clause.ACCUMULATION, backend, "gradient", sum(start, fresh), found);
    close(Clause.BACKWARD, backend, "gradient", oracle().gradients, found);
    for (Slope s : slopes()) {
      Tensor g = fresh.get(s.input);
      double slope = 0;
      double largest = 1;
      int moved = 0;
      for (int i = 0; i < g.size(); i++) {
        slope += (double) g.get(i) * s.direction[i];
        largest = Math.max(largest, Math.abs(g.get(i)));
        moved += s.direction[i] == 0 ? 0 : 1;
      }
      require(
          Math.abs(slope - s.value) <= NUMERIC_TOLERANCE * largest * Math.sqrt(moved),
          Clause.GRADIENT,
          backend,
          "gradient of input "
              + s.input
              + " along "
              + describe(s.direction)
              + ": expected "
              + s.value
              + ", found "
              + slope);
    }
  }

  /** Gradients to start from zero; null where there is none. */
  private List<Tensor> zeros() {
    List<Tensor> list = new ArrayList<>();
    start.forEach(t -> list.add(t == null ? null : Tensor.zeros(t.shape())));
    return list;
  }

  private static List<Tensor> sum(List<Tensor> a, List<Tensor> b) {
    List<Tensor> list = new ArrayList<>();
    for (int i = 0; i < a.size(); i++) {
      Tensor t = a.get(i) == null ? null : a.get(i).copy();
      for (int k = 0; t != null && k < t.size(); k++) {
        t.array()[k] += b.get(i).get(k);
      }
      list.add(t);
    }
    return list;
  }

  private static String describe(float[] direction) {
    int[] moved = IntStream.range(0, direction.length).filter(i -> direction[i] != 0).toArray();
    return moved.length == 1 ? "element " + moved[0] : "a random direction";
  }

  private void checkEachAlone(Backend backend, OpRun.Setting plain, List<Tensor> together) {
    for (int i = 0; i < inputs.size() && inputs.size() > 1; i++) {
      if (start.get(i) == null) {
        continue;
      }
      List<Tensor> one = new ArrayList<>(Collections.nCopies(inputs.size(), null));
      one.set(i, start.get(i));
      Tensor alone =
          attempt(
                  backend,
                  Clause.BACKWARD,
                  () -> new OpRun(op, inputs, plain).forward().backward(cotangents, one))
              .gradientTensors()
              .get(i);
      same(
          Clause.BACKWARD,
          backend,
          "gradient of input " + i + " asked for alone",
          List.of(together.get(i)),
          List.of(alone));
    }
  }

  private void checkAtOffsetZero(Backend backend) {
    OpRun run = new OpRun(op, inputs, setting(backend)).forward().backward(cotangents, start);
    close(Clause.BOUNDS, backend, "output at offset 0", oracle().outputs, run.outputTensors());
    close(
        Clause.BOUNDS, backend, "gradient at offset 0", oracle().gradients, run.gradientTensors());
  }

  private void checkThreads(Backend backend, OpRun.Setting plain, OpRun one) {
    for (int threads = 2; threads <= 3; threads++) {
      OpRun run =
          new OpRun(op, inputs, plain.withThreads(threads)).forward().backward(cotangents, start);
      String with = " with " + threads + " threads";
      same(Clause.THREADS, backend, "output" + with, one.outputTensors(), run.outputTensors());
      same(
          Clause.THREADS, backend, "gradient" + with, one.gradientTensors(), run.gradientTensors());
    }
  }

  private void checkSession(Backend backend) {
    SeedRecorder recorder = new SeedRecorder(op);
    Graph.Builder builder = new Graph.Builder("contract");
    List<Value> values = new ArrayList<>();
    List<Tensor> given = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Tensor t = inputs.get(i);
      ElementType type = example.operand(i).type();
      if (op.learns(i)) {
        values.add(builder.input("input" + i, type, t.shape()));
        given.add(t);
      } else {
        values.add(builder.buffer("input" + i, type, t.copy()));
      }
    }
    List<String> outputs = OpRun.outputNames("subject", example);
    Value[] y = builder.node("subject", recorder, values, outputs).toArray(Value[]::new);
    List<String> names =
        IntStream.range(0, inputs.size())
            .filter(this::differentiates)
            .mapToObj(i -> "input" + i)
            .toList();
    SessionOptions options =
        new SessionOptions(backend, 2, training, List.of(), false, List.of(), names, seed);
    Session session =
        new Session(
            builder.build(y), options, given.stream().map(Tensor::shape).toArray(Shape[]::new));
    session.forward(given.toArray(Tensor[]::new));
    List<Tensor> found = outputs.stream().map(o -> host(backend, session.value(o))).toList();
    for (int o = 0; o < outputs.size() && !names.isEmpty(); o++) {
      if (cotangents.get(o) != null) {
        backend.upload(cotangents.get(o), session.cotangent(outputs.get(o)));
      }
    }
    session.backward();

    OpRun.Setting same = new OpRun.Setting(backend, 1, training, 0, true, recorder.seed());
    OpRun run = new OpRun(op, inputs, same).forward().backward(cotangents, zeros());
    same(Clause.SESSION, backend, "output", run.outputTensors(), found);
    for (String name : names) {
      int i = Integer.parseInt(name.substring("input".length()));
      same(
          Clause.SESSION,
          backend,
          "gradient of input " + i,
          List.of(run.gradientTensors().get(i)),
          List.of(host(backend, session.gradient(name))));
    }
  }

  private static Tensor host(Backend backend, Tensor device) {
    Tensor t = Tensor.zeros(device.shape());
    backend.download(device, t);
    return t;
  }

  private Oracle oracle() {
    if (oracle == null) {
      Backend b = new ReferenceBackend();
      OpRun run = attempt(b, Clause.FORWARD, () -> new OpRun(op, inputs, setting(b)).forward());
      List<Tensor> outputs = run.outputTensors();
      List<Tensor> after = run.inputTensors();
      attempt(b, Clause.BACKWARD, () -> run.backward(cotangents, start));
      oracle = new Oracle(outputs, after, run.gradientTensors());
    }
    return oracle;
  }

  /** Numeric derivatives on the reference: some elements one by one, and directions through all. */
  private List<Slope> slopes() {
    if (slopes == null) {
      slopes = new ArrayList<>();
      OpRun run = new OpRun(op, inputs, setting(new ReferenceBackend()));
      SplittableRandom random = new SplittableRandom(seed + 1);
      for (int i = 0; i < inputs.size(); i++) {
        if (!differentiates(i)) {
          continue;
        }
        int input = i;
        directions(inputs.get(i).size(), random)
            .forEach(d -> slopes.add(new Slope(input, d, slope(run, input, d))));
      }
    }
    return slopes;
  }

  private double slope(OpRun run, int input, float[] direction) {
    return NumericGradient.along(
        () -> {
          run.forward();
          double sum = 0;
          for (int o = 0; o < cotangents.size(); o++) {
            Tensor c = cotangents.get(o);
            sum += c == null ? 0 : NumericGradient.dot(c, run.output(o));
          }
          return sum;
        },
        run.input(input),
        direction,
        NumericGradient.STEP);
  }

  private static List<float[]> directions(int size, SplittableRandom random) {
    List<float[]> list = new ArrayList<>();
    boolean all = size <= SAMPLED_ELEMENTS;
    for (int k = 0; k < Math.min(size, SAMPLED_ELEMENTS); k++) {
      float[] d = new float[size];
      d[all ? k : random.nextInt(size)] = 1;
      list.add(d);
    }
    for (int k = 0; k < RANDOM_DIRECTIONS && !all; k++) {
      float[] d = new float[size];
      for (int i = 0; i < size; i++) {
        d[i] = random.nextBoolean() ? 1 : -1;
      }
      list.add(d);
    }
    return list;
  }

  private <T> T attempt(Backend backend, Clause clause, Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      throw new ContractViolation(clause, where(backend) + " failed with " + e, e);
    }
  }

  private void close(
      Clause clause, Backend backend, String what, List<Tensor> expected, List<Tensor> found) {
    for (int t = 0; t < expected.size(); t++) {
      if (expected.get(t) == null) {
        continue;
      }
      double scale = 1;
      for (float v : expected.get(t).toArray()) {
        scale = Math.max(scale, Math.abs(v));
      }
      for (int i = 0; i < expected.get(t).size(); i++) {
        double e = expected.get(t).get(i);
        double f = found.get(t).get(i);
        // NaN must fail: written so that every comparison with it does.
        if (!(Math.abs(e - f) <= TOLERANCE * scale)) {
          throw different(clause, backend, what, t, i, e, f);
        }
      }
    }
  }

  private void same(
      Clause clause, Backend backend, String what, List<Tensor> expected, List<Tensor> found) {
    for (int t = 0; t < expected.size(); t++) {
      for (int i = 0; expected.get(t) != null && i < expected.get(t).size(); i++) {
        float e = expected.get(t).get(i);
        float f = found.get(t).get(i);
        if (Float.floatToIntBits(e) != Float.floatToIntBits(f)) {
          throw different(clause, backend, what, t, i, e, f);
        }
      }
    }
  }

  private ContractViolation different(
      Clause clause, Backend b, String what, int tensor, int element, double e, double f) {
    return new ContractViolation(
        clause,
        where(b)
            + ": "
            + what
            + " "
            + tensor
            + ", element "
            + element
            + ": expected "
            + e
            + ", found "
            + f,
        null);
  }

  private void require(boolean condition, Clause clause, Backend backend, String message) {
    if (!condition) {
      throw new ContractViolation(clause, where(backend) + ": " + message, null);
    }
  }

  private String where(Backend backend) {
    return op
        + " on "
        + example.inputs()
        + " on "
        + backend.name()
        + (training ? ", training" : ", inference")
        + ", seed "
        + seed;
  }
}
