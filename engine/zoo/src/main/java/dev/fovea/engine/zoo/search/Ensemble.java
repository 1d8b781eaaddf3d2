package dev.fovea.engine.zoo.search;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.SessionPool;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Several classifiers that answer together: the mean of their probabilities. Immutable and
 * thread-safe.
 *
 * <p>The members may be trained independently, from other seeds; be snapshots of one training whose
 * learning rate falls to 0 and starts again, one at the end of each cycle (Huang et al., "Snapshot
 * ensembles: train 1, get M for free", ICLR 2017), which {@link Snapshots} keeps with {@code
 * Schedule.cosineRestarts}. A model with averaged weights needs no ensemble: a training with {@code
 * Averaging} leaves one graph.
 */
public final class Ensemble {
  private final List<SessionPool> members;

  /**
   * An ensemble.
   *
   * @param graphs with probabilities {@code [N, classes]} as their first output; at least one
   * @throws IllegalArgumentException if they have different numbers of classes or input shapes
   */
  public Ensemble(List<Graph> graphs, SessionOptions options) {
    if (graphs.isEmpty()) {
      throw new IllegalArgumentException("ensemble: expected one or more models, found none");
    }
    Graph first = graphs.get(0);
    for (Graph g : graphs) {
      if (!output(g).equals(output(first)) || !input(g).equals(input(first))) {
        throw new IllegalArgumentException(
            "ensemble: found models from "
                + input(first)
                + " to "
                + output(first)
                + " and from "
                + input(g)
                + " to "
                + output(g)
                + ", expected the same");
      }
    }
    this.members = graphs.stream().map(g -> new SessionPool(g, options)).toList();
  }

  private static Shape output(Graph g) {
    return g.outputs().get(0).shape();
  }

  private static Shape input(Graph g) {
    return g.inputs().get(0).shape();
  }

  /** Number of models. */
  public int size() {
    return members.size();
  }

  /**
   * The mean of the members' probabilities, in a new tensor.
   *
   * @param inputs what one member takes, {@code [N, ...]}
   * @return {@code [N, classes]}
   */
  public Tensor probabilities(Tensor inputs) {
    double[] sums = null;
    Shape shape = null;
    for (SessionPool member : members) {
      Tensor p = member.forward(inputs).get(0);
      if (sums == null) {
        shape = p.shape();
        sums = new double[p.size()];
      }
      for (int i = 0; i < sums.length; i++) {
        sums[i] += p.get(i);
      }
    }
    Tensor mean = Tensor.zeros(shape);
    for (int i = 0; i < sums.length; i++) {
      mean.array()[i] = (float) (sums[i] / members.size());
    }
    return mean;
  }
}
