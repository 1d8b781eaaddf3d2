package dev.fovea.engine.monitor;

import dev.fovea.engine.train.EpochResult;
import java.util.List;

/**
 * What is known of a training so far. Immutable.
 *
 * @param stepsPerEpoch steps in an epoch; 0 before the first
 * @param epochsPlanned how many epochs it is to last; 0 before the first step
 * @param loss training loss over the steps, a mean over several where there are many
 * @param snapshots looks into single steps
 * @param epochs finished epochs
 */
public record TrainingHistory(
    int stepsPerEpoch,
    int epochsPlanned,
    List<Curve.Point> loss,
    List<Snapshot> snapshots,
    List<EpochResult> epochs) {

  /** Before the first step. */
  public static final TrainingHistory EMPTY =
      new TrainingHistory(0, 0, List.of(), List.of(), List.of());

  /** Copies the lists. */
  public TrainingHistory {
    loss = List.copyOf(loss);
    snapshots = List.copyOf(snapshots);
    epochs = List.copyOf(epochs);
  }
}
