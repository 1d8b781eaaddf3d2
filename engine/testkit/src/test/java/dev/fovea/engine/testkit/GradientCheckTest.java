package dev.fovea.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.monitor.GradientCheck;
import dev.fovea.engine.monitor.TensorCheck;
import dev.fovea.engine.monitor.TensorCheck.Verdict;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.op.Tanh;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gradient check lets right gradients pass and finds each kind of wrong one. */
class GradientCheckTest {
  private static final long SEED = 11;
  private static final Shape IMAGES = Shape.of(2, 2, 6, 6);

  /** A network with every sort of difficulty: a value read twice, kinks, a mask, statistics. */
  private static Graph network(Op activation) {
    Layers layers = new Layers(new Graph.Builder("net"), SEED);
    Graph.Builder b = layers.graph();
    Value x = b.input("x", IMAGES, "batch", "", "", "");
    Value conv = layers.batchNorm("norm", layers.conv("conv", x, 4, 3, 1, 1, true));
    Value act = b.node("act", activation, conv);
    Value sum = b.node("sum", new Add(), act, conv);
    Value pool = b.node("pool", MaxPool.square(2, 2, 0), sum);
    Value drop = b.node("drop", new Dropout(0.3f), b.node("flat", new Flatten(1), pool));
    Value dense = layers.dense("dense", drop, 5, Initializer.he());
    return b.build(b.node("softmax", new Softmax(1), dense));
  }

  private static List<TensorCheck> check(Graph graph, boolean training, long seed) {
    return new GradientCheck(
            graph,
            List.of(graph.inputs().get(0).shape()),
            new GradientCheck.Options(20, training, seed, Backends.defaultBackend(), 2))
        .run((done, total, name) -> {});
  }

  private static TensorCheck of(List<TensorCheck> all, String node, String by) {
    return all.stream()
        .filter(t -> t.node().equals(node) && t.by().equals(by) && !t.isSum())
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rightGradientsPass(boolean training) {
    for (long seed = SEED; seed < SEED + 5; seed++) {
      Graph graph = network(new Relu());
      String before = graph.weightsHash();
      List<TensorCheck> found = check(graph, training, seed);
      String what = found + ", seed " + seed;
      assertTrue(found.stream().noneMatch(t -> t.verdict() == Verdict.FAIL), what);
      assertEquals(Verdict.PASS, of(found, "conv", "conv.weight").verdict(), what);
      // 16 inputs of nodes, 16 values that gradients flow into.
      assertEquals(16, found.stream().filter(t -> !t.isSum()).count(), what);
      // Alone, the dropout draws another mask in training.
      assertEquals(training ? 15 : 16, found.stream().filter(TensorCheck::isSum).count(), what);
      assertEquals(before, graph.weightsHash());
    }
  }

  /** A backward run that is off by a factor. */
  private static final class Scaled extends DelegatingOp {
    private final float factor;

    Scaled(Op op, float factor) {
      super(op);
      this.factor = factor;
    }

    @Override
    public void backward(Backward run) {
      Tensor before = run.gradient(0).copy();
      super.backward(run);
      run.kernels().axpby(1 - factor, before, factor, run.gradient(0));
    }
  }

  @Test
  void aWrongFactorIsFoundAndNamed() {
    List<TensorCheck> found = check(network(new Scaled(new Tanh(), 1.05f)), true, SEED);
    TensorCheck act = of(found, "act", "norm");
    assertEquals(Verdict.FAIL, act.verdict(), act.toString());
    assertEquals(0.05 / 1.05, act.error(), 1e-3, act.toString());
    assertEquals(1.05, act.analytic() / act.numeric(), 1e-3, act.toString());
    assertEquals(
        List.of("act"),
        found.stream().filter(t -> t.verdict() == Verdict.FAIL).map(TensorCheck::node).toList());
  }

  @Test
  void aSmallMistakeIsDoubtful() {
    TensorCheck act = of(check(network(new Scaled(new Tanh(), 1.003f)), true, SEED), "act", "norm");
    assertEquals(Verdict.DOUBTFUL, act.verdict(), act.toString());
  }

  @Test
  void aMissingBackwardIsFound() {
    Op none =
        new DelegatingOp(new Softmax(1)) {
          @Override
          public void backward(Backward run) {}
        };
    Graph.Builder b = new Graph.Builder("softmax");
    Graph graph = b.build(b.node("y", none, b.input("x", Shape.of(3, 4))));
    assertEquals(Verdict.FAIL, of(check(graph, true, SEED), "y", "x").verdict());
  }

  /** Sets the gradient in place of adding to it: right for a node alone, wrong where two meet. */
  @Test
  void aGradientThatIsNotAddedIsFoundInTheChain() {
    Op sets =
        new DelegatingOp(new Tanh()) {
          @Override
          public void backward(Backward run) {
            run.kernels().fill(0, run.gradient(0));
            super.backward(run);
          }
        };
    List<TensorCheck> found = check(network(sets), true, SEED);
    List<TensorCheck> failed = found.stream().filter(t -> t.verdict() == Verdict.FAIL).toList();
    assertEquals(List.of("norm"), failed.stream().map(TensorCheck::by).toList(), found.toString());
    assertTrue(failed.get(0).isSum());
  }

  @Test
  void aGradientThatIsNotANumberFails() {
    Op nan =
        new DelegatingOp(new Tanh()) {
          @Override
          public void backward(Backward run) {
            run.kernels().fill(Float.NaN, run.gradient(0));
          }
        };
    List<TensorCheck> found = check(network(nan), true, SEED);
    assertEquals(Verdict.FAIL, of(found, "act", "norm").verdict());
  }

  /** With weights of zero every ReLU stands on its kink. */
  @Test
  void kinksAreReportedAndDoNotFail() {
    Graph.Builder b = new Graph.Builder("kinks");
    Value x = b.input("x", Shape.of(2, 3));
    Value zero = b.buffer("zero", Tensor.zeros(1));
    Value flat = b.node("flat", new Mul(), x, zero);
    Graph graph = b.build(b.node("relu", new Relu(), flat));
    TensorCheck relu = of(check(graph, true, SEED), "relu", "flat");
    assertEquals(6, relu.kinks(), relu.toString());
    assertEquals(Verdict.DOUBTFUL, relu.verdict());
  }
}
