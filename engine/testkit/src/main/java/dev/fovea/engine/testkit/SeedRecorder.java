package dev.fovea.engine.testkit;

import dev.fovea.engine.op.Op;

/** An operator as another one, which remembers the seed of its last forward run. */
final class SeedRecorder extends DelegatingOp {

  private long seed;

  SeedRecorder(Op op) {
    super(op);
  }

  /** The seed of the last forward run. */
  long seed() {
    return seed;
  }

  @Override
  public void forward(Forward run) {
    seed = run.seed();
    super.forward(run);
  }
}
