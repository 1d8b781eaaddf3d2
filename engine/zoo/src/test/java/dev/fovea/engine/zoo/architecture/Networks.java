package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.SplittableRandom;

/** Untrained networks and images that make tests of them meaningful. */
final class Networks {

  private Networks() {}

  /** Numbers in [-1, 1). */
  static Tensor noise(Shape shape, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Tensor t = Tensor.zeros(shape);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = (float) (2 * random.nextDouble() - 1);
    }
    return t;
  }

  /**
   * Gives batch normalisations the statistics they would get in training: with those of a new
   * network the signal grows from unit to unit until nothing can be compared.
   */
  static void normalise(Graph graph, Tensor images, long seed) {
    Session session = new Session(graph, SessionOptions.training(seed), images.shape());
    session.observe(
        new Session.Observer() {
          @Override
          public void forward(Value value, Tensor tensor) {
            for (Node n : graph.nodes()) {
              if (n.op() instanceof BatchNormalization && n.inputs().get(0).equals(value)) {
                setStatistics(n, tensor);
              }
            }
          }
        });
    // The run moves the statistics by a tenth towards those of the batch, which is where they are.
    session.forward(images);
  }

  private static void setStatistics(Node norm, Tensor x) {
    Shape s = x.shape();
    int pixels = s.dim(2) * s.dim(3);
    for (int c = 0; c < s.dim(1); c++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < s.dim(0) * pixels; i++) {
        double v = x.get((i / pixels * s.dim(1) + c) * pixels + i % pixels);
        sum += v;
        squares += v * v;
      }
      double m = (double) s.dim(0) * pixels;
      double mean = sum / m;
      set(norm.inputs().get(3), c, mean);
      // Half of 1, as a channel of few pixels may have nearly no variance.
      set(norm.inputs().get(4), c, 0.5 + 0.5 * (squares / m - mean * mean));
    }
  }

  private static void set(Value buffer, int i, double value) {
    Tensor t = buffer.tensor();
    t.array()[t.offset() + i] = (float) value;
  }
}
