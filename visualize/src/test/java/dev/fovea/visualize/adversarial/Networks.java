package dev.fovea.visualize.adversarial;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.op.Tanh;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Loss;
import java.util.SplittableRandom;

/** Small networks to attack. */
final class Networks {
  static final SessionOptions OPTIONS = SessionOptions.inference().withThreads(1);

  private Networks() {}

  /** Scores {@code W x + b} of inputs {@code [N, D]}. */
  static NetworkModel affine(float[][] w, float... b) {
    int inputs = w[0].length;
    Graph.Builder g = new Graph.Builder("affine");
    Value x = g.input("x", Shape.of(1, inputs), "batch", "");
    Tensor weights = Tensor.zeros(w.length, inputs);
    for (int k = 0; k < w.length; k++) {
      System.arraycopy(w[k], 0, weights.array(), k * inputs, inputs);
    }
    Value scores =
        g.node(
            "scores",
            Gemm.dense(),
            x,
            g.parameter("w", weights),
            g.parameter("b", Tensor.of(Shape.of(b.length), b)));
    return NetworkModel.of(g.build(g.node("p", new Softmax(1), scores)), OPTIONS);
  }

  /** A convolutional classifier with three classes for pictures of some channels. */
  static Graph convolutional(int channels, int height, int width, long seed) {
    Graph.Builder g = new Graph.Builder("net");
    Layers layers = new Layers(g, seed);
    Value x = g.input("x", Shape.of(1, channels, height, width), "batch", "", "", "");
    Value hidden = g.node("hidden", new Tanh(), layers.conv("conv", x, 5, 3, 1, 1, true));
    Value flat = g.node("flat", new Flatten(1), hidden);
    Value scores = layers.dense("scores", flat, 3, Initializer.xavier());
    return g.build(g.node("p", new Softmax(1), scores));
  }

  /** Values from 0 to 1 in multiples of 1/255, as a file of 8 bits has them. */
  static Tensor picture(SplittableRandom random, int... dims) {
    Tensor x = Tensor.zeros(dims);
    for (int i = 0; i < x.size(); i++) {
      x.array()[i] = random.nextInt(256) / 255f;
    }
    return x;
  }

  /** The classes that a model tells. */
  static int[] told(DifferentiableModel model, Tensor x) {
    return Goal.told(model.scores(x));
  }

  /** {@code -log(output[target])} of raw outputs, as captum's tests take it. */
  static final class NegativeLogarithm implements Loss {
    @Override
    public double evaluate(
        Tensor output, Tensor target, Tensor weights, Tensor gradient, Parallel parallel) {
      int t = (int) target.get(0);
      gradient.fill(0);
      gradient.array()[gradient.offset() + t] = -1 / output.get(t);
      return -Math.log(output.get(t));
    }
  }
}
