package dev.fovea.engine.zoo.search;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.train.EpochResult;
import dev.fovea.engine.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a copy of a network at the end of each cycle of its learning rate, for a snapshot {@link
 * Ensemble}. Not thread-safe.
 */
public final class Snapshots implements TrainingListener {
  private final Graph graph;
  private final int cycle;
  private final List<Graph> copies = new ArrayList<>();

  /**
   * Of a network under training.
   *
   * @param graph the one the trainer changes
   * @param cycle epochs of a cycle, at least 1
   */
  public Snapshots(Graph graph, int cycle) {
    if (cycle < 1) {
      throw new IllegalArgumentException("snapshots: found a cycle of " + cycle + ", expected 1");
    }
    this.graph = graph;
    this.cycle = cycle;
  }

  @Override
  public void epoch(EpochResult result) {
    if (result.epoch() % cycle == 0) {
      copies.add(graph.copy());
    }
  }

  /** The copies so far, oldest first. */
  public List<Graph> graphs() {
    return List.copyOf(copies);
  }
}
