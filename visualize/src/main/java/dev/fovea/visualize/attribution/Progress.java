package dev.fovea.visualize.attribution;

/** Is told how far an explanation is that takes many runs of the network. */
@FunctionalInterface
public interface Progress {

  /** Tells nobody. */
  Progress NONE = (done, total) -> {};

  /**
   * A run is done.
   *
   * @throws java.util.concurrent.CancellationException to end the work
   */
  void done(int runs, int total);
}
