package dev.fovea.engine.op;

/** An operator that only gives its input another shape. */
interface Reshaping extends Op {

  @Override
  default boolean isView(boolean training) {
    return true;
  }

  /** Never called by a session, which shares the memory; copies for whoever calls it directly. */
  @Override
  default void forward(Forward r) {
    r.kernels().axpby(1, r.input(0), 0, r.output(0));
  }

  @Override
  default void backward(Backward r) {
    r.kernels().axpby(1, r.cotangent(0), 1, r.gradient(0));
  }
}
