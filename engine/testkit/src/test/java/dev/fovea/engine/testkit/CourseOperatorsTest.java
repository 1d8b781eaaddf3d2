package dev.fovea.engine.testkit;

import static dev.fovea.engine.testkit.Literals.assertClose;
import static dev.fovea.engine.testkit.Literals.linspace;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.LeakyRelu;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Operators against the numbers that the assignments of Stanford's course CS231n, "Deep learning
 * for computer vision", check solutions by, and against gradients recomputed in double precision
 * for the inputs that they draw. Tolerances are those of float32.
 */
class CourseOperatorsTest {

  private static final double FLOAT = 1e-5;
  private static final Literals LITERALS = new Literals("course.txt");

  static List<String> backends() {
    return TestBackends.names();
  }

  private static OpRun forward(String backend, boolean training, Op op, Tensor... inputs) {
    OpRun.Setting s = new OpRun.Setting(Backends.named(backend), 1, training, 0, true, 0);
    return new OpRun(op, List.of(inputs), s).forward();
  }

  private static Tensor output(String backend, Op op, Tensor... inputs) {
    return forward(backend, false, op, inputs).outputTensors().get(0);
  }

  private static List<Tensor> backward(OpRun run, Tensor dy) {
    List<Tensor> zeros = new ArrayList<>();
    run.inputTensors().forEach(t -> zeros.add(Tensor.zeros(t.shape())));
    return run.backward(List.of(dy), zeros).gradientTensors();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void affine(String backend) {
    Tensor x = output(backend, new Flatten(1), linspace(-0.1, 0.5, 2, 4, 5, 6));
    Tensor y =
        output(
            backend,
            new Gemm(1, 1, false, false),
            x,
            linspace(-0.2, 0.3, 120, 3),
            linspace(-0.3, 0.1, 3));
    assertClose(
        "affine", FLOAT, y, 1.49834967, 1.70660132, 1.91485297, 3.25553199, 3.5141327, 3.77273342);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void flattenIsRowMajor(String backend) {
    Tensor y = output(backend, new Flatten(1), linspace(0, 23, 2, 3, 4));
    assertEquals(Shape.of(2, 12), y.shape());
    assertArrayEquals(linspace(0, 23, 24).toArray(), y.toArray());
  }

  @ParameterizedTest
  @MethodSource("backends")
  void relu(String backend) {
    assertClose(
        "relu",
        FLOAT,
        output(backend, new Relu(), linspace(-0.5, 0.5, 3, 4)),
        0,
        0,
        0,
        0,
        0,
        0,
        0.0454545455,
        0.136363636,
        0.227272727,
        0.318181818,
        0.409090909,
        0.5);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void leakyRelu(String backend) {
    Tensor x =
        Tensor.of(
            Shape.of(2, 3),
            0.468318361f,
            -0.259010041f,
            -0.29965924f,
            0.9153279f,
            1.01321313f,
            1.64436032f);
    Tensor y = output(backend, new LeakyRelu(0.01f), x);
    double[] expected = {
      0.468318361, -0.00259010041, -0.0029965924, 0.9153279, 1.01321313, 1.64436032
    };
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], y.get(i), FLOAT * Math.abs(expected[i]), "element " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void convolution(String backend) {
    Tensor y =
        output(
            backend,
            Conv.square(4, 2, 1),
            linspace(-0.1, 0.5, 2, 3, 4, 4),
            linspace(-0.2, 0.3, 3, 3, 4, 4),
            linspace(-0.1, 0.2, 3));
    assertEquals(Shape.of(2, 3, 2, 2), y.shape());
    assertClose(
        "convolution",
        FLOAT,
        y,
        -0.0875980861,
        -0.109877806,
        -0.183871918,
        -0.210921605,
        0.210270887,
        0.216610968,
        0.228476261,
        0.230046375,
        0.50813986,
        0.543099742,
        0.640824439,
        0.671014354,
        -0.980535885,
        -1.03143541,
        -1.19128892,
        -1.24695841,
        0.691083548,
        0.668803828,
        0.594809717,
        0.567760029,
        2.36270298,
        2.36904306,
        2.38090835,
        2.38247847);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void convolutionBackward(String backend) {
    OpRun run =
        forward(
            backend,
            true,
            Conv.square(3, 1, 1),
            LITERALS.get("conv.x"),
            LITERALS.get("conv.w"),
            LITERALS.get("conv.b"));
    assertClose("y", FLOAT, run.outputTensors().get(0), LITERALS.get("conv.y"));
    List<Tensor> g = backward(run, LITERALS.get("conv.dy"));
    assertClose("dx", FLOAT, g.get(0), LITERALS.get("conv.dx"));
    assertClose("dw", FLOAT, g.get(1), LITERALS.get("conv.dw"));
    assertClose("db", FLOAT, g.get(2), LITERALS.get("conv.db"));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void maxPool(String backend) {
    Tensor y = output(backend, MaxPool.square(2, 2, 0), linspace(-0.3, 0.4, 2, 3, 4, 4));
    assertClose(
        "max pool",
        FLOAT,
        y,
        -0.263157895,
        -0.248421053,
        -0.204210526,
        -0.189473684,
        -0.145263158,
        -0.130526316,
        -0.0863157895,
        -0.0715789474,
        -0.0273684211,
        -0.0126315789,
        0.0315789474,
        0.0463157895,
        0.0905263158,
        0.105263158,
        0.149473684,
        0.164210526,
        0.208421053,
        0.223157895,
        0.267368421,
        0.282105263,
        0.326315789,
        0.341052632,
        0.385263158,
        0.4);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void maxPoolBackward(String backend) {
    OpRun run = forward(backend, true, MaxPool.square(2, 2, 0), LITERALS.get("maxPool.x"));
    Tensor dx = backward(run, LITERALS.get("maxPool.dy")).get(0);
    assertClose("dx", FLOAT, dx, LITERALS.get("maxPool.dx"));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void batchNormalization(String backend) {
    OpRun run = batchNormalization(backend, "batchNorm");
    List<Tensor> after = run.inputTensors();
    assertClose("running mean", FLOAT, after.get(3), LITERALS.get("batchNorm.mean"));
    assertClose("running variance", FLOAT, after.get(4), LITERALS.get("batchNorm.variance"));
    batchNormalization(backend, "spatialBatchNorm");
  }

  private static OpRun batchNormalization(String backend, String name) {
    Tensor x = LITERALS.get(name + ".x");
    Tensor zeros = Tensor.zeros(x.shape().dim(1));
    OpRun run =
        forward(
            backend,
            true,
            new BatchNormalization(1e-5f, 0.9f),
            x,
            LITERALS.get(name + ".scale"),
            LITERALS.get(name + ".bias"),
            zeros,
            zeros);
    assertClose(name + " y", FLOAT, run.outputTensors().get(0), LITERALS.get(name + ".y"));
    List<Tensor> g = backward(run, LITERALS.get(name + ".dy"));
    assertClose(name + " dx", FLOAT, g.get(0), LITERALS.get(name + ".dx"));
    assertClose(name + " dscale", FLOAT, g.get(1), LITERALS.get(name + ".dscale"));
    assertClose(name + " dbias", FLOAT, g.get(2), LITERALS.get(name + ".dbias"));
    return run;
  }

  /** Three training steps that start from zero statistics, then inference. */
  @ParameterizedTest
  @MethodSource("backends")
  void runningStatistics(String backend) {
    Op op = new BatchNormalization(1e-5f, 0.9f);
    Tensor scale = Tensor.of(Shape.of(3), 1, 2, 0.5f);
    Tensor bias = Tensor.of(Shape.of(3), 0, -1, 3);
    Tensor mean = Tensor.zeros(3);
    Tensor variance = Tensor.zeros(3);
    double[] shift = {1, -2, 0.5};
    for (int step = 1; step <= 3; step++) {
      Tensor x = Tensor.zeros(4, 3);
      for (int i = 0; i < 12; i++) {
        x.array()[i] = (float) (step * Math.sin(0.7 * step * i) + shift[i % 3]);
      }
      List<Tensor> after =
          forward(backend, true, op, x, scale, bias, mean, variance).inputTensors();
      mean = after.get(3);
      variance = after.get(4);
    }
    assertClose("mean", FLOAT, mean, 0.279484613, -0.229721953, -0.0952564991);
    assertClose("variance", FLOAT, variance, 0.164988901, 0.239022225, 0.186353264);
    assertClose(
        "inference",
        FLOAT,
        output(backend, op, linspace(-1, 1, 2, 3), scale, bias, mean, variance),
        -3.14988386,
        -2.51471084,
        2.87868432,
        -0.195678241,
        2.39417593,
        4.26854445);
  }
}
