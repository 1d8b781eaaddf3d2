package dev.fovea.engine.zoo.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import dev.fovea.engine.train.TrainingListener;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VectorNetTest {
  private static final Backend BACKEND = Backends.defaultBackend();

  /** A disc within a ring: no line divides them. */
  private static LabelledVectors ring(int n, long seed) {
    Random random = new Random(seed);
    Tensor x = Tensor.zeros(n, 2);
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = i % 2;
      double radius = labels[i] == 0 ? random.nextDouble() : 1.5 + random.nextDouble();
      double angle = 2 * Math.PI * random.nextDouble();
      x.array()[2 * i] = (float) (radius * Math.cos(angle));
      x.array()[2 * i + 1] = (float) (radius * Math.sin(angle));
    }
    return new LabelledVectors(x, labels, 2);
  }

  private static double accuracy(VectorNet net, int threads) {
    LabelledVectors test = ring(300, 3);
    Graph g = net.fit(ring(400, 1), ring(100, 2), 1, TrainingListener.NONE, BACKEND, threads);
    return test.accuracy(VectorNet.classify(g, test, BACKEND, threads));
  }

  @Test
  void aHiddenLayerDoesWhatALineCannot() {
    double line = accuracy(new VectorNet(0, new SoftmaxCrossEntropy(), 20, 20, 0.1, 1e-4), 1);
    double hidden = accuracy(new VectorNet(20, new SoftmaxCrossEntropy(), 20, 20, 0.1, 1e-4), 1);
    assertTrue(line < 0.75, "linear " + line);
    assertTrue(hidden > 0.97, "two layers " + hidden);
  }

  /** Standardization, flattening and the scale of pixels become parts of the network. */
  @Test
  void asANetworkOfImagesItSaysTheSame() {
    int n = 30;
    Random random = new Random(8);
    Tensor pixels = Tensor.zeros(n, 2 * 3 * 4);
    int[] labels = new int[n];
    for (int i = 0; i < pixels.size(); i++) {
      pixels.array()[i] = random.nextInt(256);
      labels[i / 24] = i / 24 % 3;
    }
    LabelledVectors raw = new LabelledVectors(pixels, labels, 3);
    for (int hidden : new int[] {0, 5}) {
      for (Standardization s :
          new Standardization[] {
            Standardization.centering(pixels, 1 / 64.0), Standardization.fit(pixels)
          }) {
        VectorNet net = new VectorNet(hidden, new SoftmaxCrossEntropy(), 3, 10, 0.1, 1e-3);
        LabelledVectors data = raw.with(s.apply(pixels));
        Graph trained = net.fit(data, data, 1, TrainingListener.NONE, BACKEND, 1);
        Graph images = net.ofImages(trained, s, Shape.of(2, 3, 4));
        Tensor x = Tensor.zeros(n, 2, 3, 4);
        for (int i = 0; i < x.size(); i++) {
          x.array()[i] = pixels.get(i) / 255;
        }
        SessionOptions inference = SessionOptions.inference();
        assertArrayEquals(
            new Session(trained, inference, data.x().shape()).forward(data.x()).toArray(),
            new Session(images, inference, x.shape()).forward(x).toArray(),
            1e-5f,
            hidden + " hidden units");
        assertThrows(
            IllegalArgumentException.class, () -> net.ofImages(trained, s, Shape.of(1, 3, 4)));
      }
    }
  }

  @Test
  void threadsDoNotChangeTheWeights() {
    VectorNet net = new VectorNet(7, new SoftmaxCrossEntropy(), 2, 16, 0.1, 1e-3);
    LabelledVectors data = ring(64, 4);
    assertEquals(
        net.fit(data, data, 5, TrainingListener.NONE, BACKEND, 1).weightsHash(),
        net.fit(data, data, 5, TrainingListener.NONE, BACKEND, 3).weightsHash());
  }

  @Test
  void equalScoresGiveTheLowestClass() {
    Graph g = new VectorNet(0, new SoftmaxCrossEntropy(), 1, 1, 1, 0).network(2, 3, 1);
    g.parameters().forEach(p -> p.tensor().fill(0));
    LabelledVectors data = new LabelledVectors(Tensor.zeros(2, 2), new int[2], 3);
    assertArrayEquals(new int[2], VectorNet.classify(g, data, BACKEND, 1));
  }

  @Test
  void refusesWhatDoesNotBelongTogether() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new LabelledVectors(Tensor.zeros(2, 2), new int[3], 2));
    assertThrows(
        IllegalArgumentException.class,
        () -> new LabelledVectors(Tensor.zeros(1, 2), new int[] {2}, 2));
    assertThrows(
        IllegalArgumentException.class,
        () -> new VectorNet(-1, new SoftmaxCrossEntropy(), 1, 1, 1, 0));
  }
}
