package dev.fovea.engine.monitor;

import java.util.List;

/**
 * A network in one step of its training.
 *
 * @param step from 0, over all epochs
 * @param rate learning rate of the update
 * @param layers in order of execution
 */
public record Snapshot(long step, double rate, List<LayerState> layers) {
  /** Copies the list. */
  public Snapshot {
    layers = List.copyOf(layers);
  }
}
