package dev.fovea.engine.zoo.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.SessionPool;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Schedule;
import dev.fovea.engine.train.Sgd;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingData;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnsembleTest {

  private static Graph net(int features, int classes, long seed) {
    Graph.Builder g = new Graph.Builder("net");
    Value x = g.input("x", Shape.of(1, features), "batch", "");
    Value logits = new Layers(g, seed).dense("logits", x, classes, Initializer.xavier());
    return g.build(g.node("p", new Softmax(1), logits));
  }

  @Test
  void answersWithTheMeanOfTheProbabilities() {
    List<Graph> graphs = List.of(net(4, 3, 1), net(4, 3, 2), net(4, 3, 3));
    Ensemble ensemble = new Ensemble(graphs, SessionOptions.inference());
    assertEquals(3, ensemble.size());
    Tensor x = Tensor.of(Shape.of(2, 4), 1, -2, 3, 0.5f, 0, 1, -1, 2);
    float[] mean = new float[6];
    for (Graph g : graphs) {
      Tensor p = new SessionPool(g, SessionOptions.inference()).forward(x).get(0);
      for (int i = 0; i < 6; i++) {
        mean[i] += p.get(i) / 3;
      }
    }
    assertArrayEquals(mean, ensemble.probabilities(x).toArray(), 1e-6f);
  }

  @Test
  void snapshotsAreTakenAtTheEndOfEachCycle() throws IOException {
    Graph graph = net(2, 2, 1);
    TrainingData data =
        new TrainingData() {
          @Override
          public int size() {
            return 8;
          }

          @Override
          public Shape inputShape() {
            return Shape.of(2);
          }

          @Override
          public Shape targetShape() {
            return Shape.SCALAR;
          }

          @Override
          public void sample(int i, long seed, Tensor input, Tensor target, Tensor weight) {
            input.fill(i - 3.5f);
            target.fill(i < 4 ? 0 : 1);
          }
        };
    Snapshots snapshots = new Snapshots(graph, 2);
    new Trainer(
            graph,
            data,
            new SoftmaxCrossEntropy(),
            new Sgd(0),
            null,
            snapshots,
            TrainerOptions.defaults("logits", 6, 4, 0.1, 1)
                .withSchedule(Schedule.cosineRestarts(3, 1)))
        .fit();
    List<String> hashes = snapshots.graphs().stream().map(Graph::weightsHash).toList();
    assertEquals(3, hashes.stream().distinct().count());
    assertEquals(graph.weightsHash(), hashes.get(2), "the last cycle ends with the training");
    assertEquals(3, new Ensemble(snapshots.graphs(), SessionOptions.inference()).size());
    assertThrows(IllegalArgumentException.class, () -> new Snapshots(graph, 0));
  }

  @Test
  void modelsThatDoNotFitAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new Ensemble(List.of(), SessionOptions.inference()));
    for (Graph other : List.of(net(4, 2, 1), net(5, 3, 1))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new Ensemble(List.of(net(4, 3, 1), other), SessionOptions.inference()));
    }
  }
}
