package dev.fovea.engine.bioimage;

/** Told how far a prediction is; may throw {@code CancellationException} to end it. */
@FunctionalInterface
public interface TileProgress {
  /** Takes no notice. */
  TileProgress NONE = (done, total) -> {};

  /**
   * Called after every tile, on the thread that called.
   *
   * @param done tiles done, 1 to {@code total}
   * @param total tiles in all
   */
  void update(int done, int total);
}
