package dev.fovea.engine.train;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Measures the running statistics of batch normalisations anew, as the plain mean over some
 * batches: for weights that were not trained with the statistics that stand in the graph.
 */
final class BatchStatistics {

  /** A running mean or variance, with the sum of what the batches had. */
  private record Statistic(Tensor running, double batchShare, double[] sum) {}

  private final List<Statistic> statistics = new ArrayList<>();

  /**
   * Of all batch normalisations of a graph.
   *
   * @param frozen names of parameters that stay; a normalisation whose scale is frozen keeps its
   *     statistics
   */
  BatchStatistics(Graph graph, List<String> frozen) {
    for (Node n : graph.nodes()) {
      if (n.op() instanceof BatchNormalization norm
          && norm.momentum() < 1
          && !frozen.contains(n.inputs().get(1).name())) {
        for (int i = 3; i <= 4; i++) {
          Tensor t = n.inputs().get(i).tensor();
          statistics.add(new Statistic(t, 1.0 - norm.momentum(), new double[t.size()]));
        }
      }
    }
  }

  /**
   * Measures.
   *
   * @param batches how many
   * @param forward runs a batch, given its number, through the graph in training mode
   */
  void measure(int batches, IntConsumer forward) {
    if (statistics.isEmpty()) {
      return;
    }
    statistics.forEach(s -> Arrays.fill(s.sum, 0));
    for (int b = 0; b < batches; b++) {
      // From 0, one run leaves the batch's own statistics times their share.
      statistics.forEach(s -> s.running.fill(0));
      forward.accept(b);
      for (Statistic s : statistics) {
        for (int i = 0; i < s.sum.length; i++) {
          s.sum[i] += s.running.get(i) / s.batchShare;
        }
      }
    }
    for (Statistic s : statistics) {
      for (int i = 0; i < s.sum.length; i++) {
        s.running.array()[s.running.offset() + i] = (float) (s.sum[i] / batches);
      }
    }
  }
}
