package dev.fovea.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gradients of a whole small network by parameters, by its input and by an inner value, against
 * numeric ones.
 */
class NetworkGradientTest {

  private static final long SEED = 7;
  private static final float STEP = 1f / 256;

  /**
   * Relative to the largest gradient of a tensor or {@link #SMALL}; see {@link NumericGradient}.
   */
  private static final double TOLERANCE = 3e-4;

  /**
   * Gradients are at least so large; but that of a bias before a normalisation in training is 0.
   */
  private static final double SMALL = 0.05;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Shape images = Shape.of(3, 2, 6, 6);
  private final Shape inner = Shape.of(3, 4, 6, 6);

  private final Tensor x = InputSampler.uniform(images, -1, 1, random);
  private final Tensor shift = Tensor.zeros(inner);
  private final Tensor cotangent = InputSampler.signed(Shape.of(3, 5), 0.25, 1, random);

  static List<String> backends() {
    return TestBackends.names();
  }

  private Tensor draw(double from, double to, int... dims) {
    return InputSampler.uniform(Shape.of(dims), from, to, random);
  }

  /** The inner value "conv" has zeros added to it, by which it can be moved. */
  private Graph network() {
    Graph.Builder b = new Graph.Builder("network");
    Value image = b.input("x", images);
    Value zeros = b.input("shift", inner);
    Value conv =
        b.node(
            "conv",
            Conv.square(3, 1, 1),
            image,
            b.parameter("conv.weight", draw(-0.5, 0.5, 4, 2, 3, 3)),
            b.parameter("conv.bias", draw(-0.5, 0.5, 4)));
    Value moved = b.node("moved", new Add(), conv, zeros);
    Value norm =
        b.node(
            "norm",
            new BatchNormalization(1e-3f, 0.9f),
            moved,
            b.parameter("norm.scale", draw(0.5, 1.5, 4)),
            b.parameter("norm.bias", draw(-0.5, 0.5, 4)),
            b.buffer("norm.mean", draw(-0.5, 0.5, 4)),
            b.buffer("norm.variance", draw(0.5, 1.5, 4)));
    Value relu = b.node("relu", new Relu(), norm);
    Value pool = b.node("pool", MaxPool.square(2, 2, 0), relu);
    Value flat = b.node("flat", new Flatten(1), pool);
    Value dense =
        b.node(
            "dense",
            Gemm.dense(),
            flat,
            b.parameter("dense.weight", draw(-0.5, 0.5, 5, 36)),
            b.parameter("dense.bias", draw(-0.5, 0.5, 5)));
    return b.build(b.node("softmax", new Softmax(-1), dense));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void gradientsOfANetworkInTraining(String backend) {
    compare(Backends.named(backend), true);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void gradientsOfANetworkInInference(String backend) {
    compare(Backends.named(backend), false);
  }

  private void compare(Backend backend, boolean training) {
    Graph graph = network();
    Shape[] shapes = {images, inner};
    Session analytic =
        new Session(
            graph.copy(),
            new SessionOptions(
                backend, 2, training, List.of(), true, List.of(), List.of("x", "conv", "shift"), 0),
            shapes);
    analytic.forward(x, shift);
    analytic.cotangent("softmax").copyFrom(cotangent);
    analytic.backward();

    Session numeric =
        new Session(
            graph,
            new SessionOptions(
                new ReferenceBackend(),
                1,
                training,
                List.of("softmax", "norm"),
                false,
                List.of(),
                List.of(),
                0),
            shapes);
    compare(analytic.gradient("x"), x, numeric, "x");
    compare(analytic.gradient("shift"), shift, numeric, "shift");
    for (Value p : graph.parameters()) {
      compare(analytic.gradient(p.name()), p.tensor(), numeric, p.name());
    }
    for (int i = 0; i < shift.size(); i++) {
      assertEquals(analytic.gradient("shift").get(i), analytic.gradient("conv").get(i));
    }
  }

  private void compare(Tensor gradient, Tensor by, Session numeric, String name) {
    double largest = SMALL;
    for (float g : gradient.toArray()) {
      largest = Math.max(largest, Math.abs(g));
    }
    int smooth = 0;
    for (int i = 0; i < by.size(); i++) {
      if (kinkWithin(numeric, by, i)) {
        continue;
      }
      smooth++;
      double expected = NumericGradient.partial(() -> value(numeric), by, i, STEP);
      assertEquals(expected, gradient.get(i), TOLERANCE * largest, name + ", element " + i);
    }
    String what = name + ": " + smooth + " of " + by.size() + " elements, seed " + SEED;
    boolean cancelled = name.equals("conv.bias") && numeric.options().training();
    assertEquals(cancelled, largest == SMALL, what);
    assertTrue(smooth > 0.5 * by.size(), what);
  }

  private double value(Session numeric) {
    return NumericGradient.dot(numeric.forward(x, shift), cotangent);
  }

  /**
   * Whether a ReLU or a maximum changes sides when an element moves as far as the differences do.
   */
  private boolean kinkWithin(Session numeric, Tensor by, int element) {
    float before = by.get(element);
    int at = by.offset() + element;
    by.array()[at] = before + 2 * STEP;
    int[] up = sides(numeric);
    by.array()[at] = before - 2 * STEP;
    int[] down = sides(numeric);
    by.array()[at] = before;
    // Both ends on one side, for functions as close to linear as these, means all between are.
    return !Arrays.equals(up, down);
  }

  /** Which element each 2x2 window takes, -1 where none of them is positive. */
  private int[] sides(Session numeric) {
    numeric.forward(x, shift);
    Tensor norm = numeric.value("norm");
    int[] sides = new int[inner.size() / 4];
    int window = 0;
    for (int plane = 0; plane < norm.size(); plane += 36) {
      for (int y = 0; y < 6; y += 2) {
        for (int c = 0; c < 6; c += 2) {
          int first = plane + y * 6 + c;
          int best = -1;
          for (int i : new int[] {first, first + 1, first + 6, first + 7}) {
            if (norm.get(i) > 0 && (best < 0 || norm.get(i) > norm.get(best))) {
              best = i;
            }
          }
          sides[window++] = best;
        }
      }
    }
    return sides;
  }
}
