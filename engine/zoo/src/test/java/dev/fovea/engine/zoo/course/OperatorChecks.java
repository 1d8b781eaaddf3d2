package dev.fovea.engine.zoo.course;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.GroupNormalization;
import dev.fovea.engine.op.LayerNormalization;
import dev.fovea.engine.op.LeakyRelu;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.tensor.Tensor;
import java.util.Map;
import java.util.SplittableRandom;

/** Single layers, forward and backward. */
final class OperatorChecks {

  private OperatorChecks() {}

  static Map<String, CourseCheck> all() {
    return Map.ofEntries(
        Map.entry("affine_forward", OperatorChecks::affine),
        Map.entry("relu_forward", forward(new Relu(), "out")),
        Map.entry("leaky_relu", forward(new LeakyRelu(0.01f), "y")),
        Map.entry("flatten_2x1x3x2", forward(new Flatten(1), "out")),
        Map.entry("flatten_2x3x4", forward(new Flatten(1), "out")),
        Map.entry("conv_forward_naive", OperatorChecks::convolution),
        Map.entry("conv_backward_naive", OperatorChecks::convolutionBackward),
        Map.entry("conv_relu_backward", OperatorChecks::convolutionReluBackward),
        Map.entry("max_pool_forward_naive", forward(MaxPool.square(2, 2, 0), "out")),
        Map.entry("max_pool_backward_naive", OperatorChecks::maxPoolBackward),
        Map.entry("batchnorm_train_forward_backward", OperatorChecks::batchNormalization),
        Map.entry("spatial_batchnorm_forward_backward", OperatorChecks::batchNormalization),
        Map.entry("batchnorm_running_statistics", OperatorChecks::runningStatistics),
        Map.entry("layernorm_forward_backward", normalization(new LayerNormalization(1, 1e-5f))),
        Map.entry("group_norm_forward_backward", normalization(new GroupNormalization(2, 1e-5f))),
        Map.entry("dropout_none_and_inverted_scaling", OperatorChecks::dropout));
  }

  /** An operator of one input {@code x}. */
  private static CourseCheck forward(Op op, String output) {
    return (e, backend, found) ->
        found.single(output, OneOp.inference(backend, op, e.in("x")).output(0));
  }

  private static void affine(CourseEntry e, Backend backend, Found found) {
    Tensor x = OneOp.inference(backend, new Flatten(1), e.in("x")).output(0);
    Op op = new Gemm(1, 1, false, false);
    found.single("out", OneOp.inference(backend, op, x, e.in("w"), e.in("b")).output(0));
  }

  private static void convolution(CourseEntry e, Backend backend, Found found) {
    OneOp run = OneOp.inference(backend, Conv.square(4, 2, 1), e.in("x"), e.in("w"), e.in("b"));
    found.single("out", run.output(0));
  }

  private static void convolutionBackward(CourseEntry e, Backend backend, Found found) {
    OneOp run = OneOp.training(backend, Conv.square(3, 1, 1), e.in("x"), e.in("w"), e.in("b"));
    found.single("out", run.output(0));
    run.backward(e.in("dout"));
    found.single("dx", run.gradient(0));
    found.single("dw", run.gradient(1));
    found.single("db", run.gradient(2));
  }

  private static void convolutionReluBackward(CourseEntry e, Backend backend, Found found) {
    Graph.Builder g = new Graph.Builder("convolution, ReLU");
    Value y =
        g.node(
            "conv",
            Conv.square(3, 1, 1),
            g.parameter("x", e.in("x")),
            g.parameter("w", e.in("w")),
            g.parameter("b", e.in("b")));
    Session s =
        new Session(g.build(g.node("out", new Relu(), y)), SessionOptions.training(1).on(backend));
    s.forward();
    s.cotangent("out").copyFrom(e.in("dout"));
    s.backward();
    for (String p : new String[] {"x", "w", "b"}) {
      found.single("d" + p, s.gradient(p));
    }
  }

  private static void maxPoolBackward(CourseEntry e, Backend backend, Found found) {
    OneOp run = OneOp.training(backend, MaxPool.square(2, 2, 0), e.in("x"));
    found.single("dx", run.backward(e.in("dout")).gradient(0));
  }

  /** Of rows or of images: the extents decide. */
  private static void batchNormalization(CourseEntry e, Backend backend, Found found) {
    Tensor x = e.in("x");
    int channels = x.shape().dim(1);
    OneOp run =
        OneOp.training(
            backend,
            new BatchNormalization(1e-5f, 0.9f),
            x,
            e.in("gamma"),
            e.in("beta"),
            Tensor.zeros(channels),
            Tensor.zeros(channels));
    found.single("out", run.output(0));
    run.backward(e.in("dout"));
    found.single("dx", run.gradient(0));
    found.single("dgamma", run.gradient(1));
    found.single("dbeta", run.gradient(2));
    if (e.expected().containsKey("running_mean_after_1_step_from_0")) {
      found.single("running_mean_after_1_step_from_0", run.input(3));
      found.single("running_var_after_1_step_from_0", run.input(4));
    }
  }

  /** Of each sample alone; scale and bias have no batch dimension. */
  private static CourseCheck normalization(Op op) {
    return (e, backend, found) -> {
      Tensor gamma = e.in("gamma");
      Tensor scale = gamma.reshape(gamma.size());
      Tensor bias = e.in("beta").reshape(gamma.size());
      OneOp run = OneOp.training(backend, op, e.in("x"), scale, bias);
      found.single("out", run.output(0));
      run.backward(e.in("dout"));
      found.single("dx", run.gradient(0));
      found.single("dgamma", run.gradient(1));
      found.single("dbeta", run.gradient(2));
    };
  }

  /** Three training steps, then inference. */
  private static void runningStatistics(CourseEntry e, Backend backend, Found found) {
    Op op = new BatchNormalization(1e-5f, 0.9f);
    Tensor mean = Tensor.zeros(3);
    Tensor variance = Tensor.zeros(3);
    for (int step = 0; step < 3; step++) {
      OneOp run =
          OneOp.training(
              backend, op, e.in("x" + step), e.in("gamma"), e.in("beta"), mean, variance);
      mean.copyFrom(run.input(3));
      variance.copyFrom(run.input(4));
    }
    found.single("course_running_mean", mean);
    found.single("course_running_var", variance);
    found.single("course_test_out", normalised(e, backend, op, mean, variance));
    // PyTorch counts N - 1 = 3 of 4 rows and starts from 1, of which three steps leave 0.9^3.
    Tensor unbiased = Tensor.zeros(3);
    for (int i = 0; i < 3; i++) {
      unbiased.array()[i] = (float) (0.9 * 0.9 * 0.9 + variance.get(i) * 4.0 / 3);
    }
    found.single("pytorch_running_var", unbiased);
    found.single("pytorch_test_out", normalised(e, backend, op, mean, unbiased));
  }

  private static Tensor normalised(
      CourseEntry e, Backend backend, Op op, Tensor mean, Tensor variance) {
    return OneOp.inference(backend, op, e.in("x_test"), e.in("gamma"), e.in("beta"), mean, variance)
        .output(0);
  }

  /**
   * The course draws 500 x 500 numbers of mean 10 and looks at means and at the zeros. Our numbers
   * are other ones; the properties are the same.
   */
  private static void dropout(CourseEntry e, Backend backend, Found found) {
    Tensor x = Tensor.zeros(500, 500);
    SplittableRandom random = new SplittableRandom(231);
    for (int i = 0; i < x.size(); i++) {
      x.array()[i] = (float) (10 + 2 * random.nextDouble() - 1);
    }
    for (double keep : new double[] {0.25, 0.4, 0.7, 1}) {
      Op op = new Dropout((float) (1 - keep));
      assertArrayEquals(x.toArray(), OneOp.inference(backend, op, x).output(0).toArray());
      Tensor y = OneOp.training(backend, op, x).output(0);
      int zeros = 0;
      double sum = 0;
      for (int i = 0; i < y.size(); i++) {
        if (y.get(i) == 0) {
          zeros++;
        } else {
          assertEquals(x.get(i) / keep, y.get(i), 1e-5 * y.get(i), "kept element " + i);
        }
        sum += y.get(i);
      }
      assertEquals(10, sum / y.size(), e.tolerance(), "mean for keep " + keep);
      assertEquals(1 - keep, (double) zeros / y.size(), keep == 1 ? 0 : 0.01, "dropped");
    }
  }
}
