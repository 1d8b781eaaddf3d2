package dev.fovea.benchmarks.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import dev.fovea.benchmarks.peer.Contender;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/** A network run forward by PyTorch, operator by operator. */
final class Forward implements Contender {

  private final NDManager manager = NDManager.newBaseManager();
  private final ParameterStore store = new ParameterStore(manager, false);
  private final Block block;
  private final NDArray x;
  private float[] result = {};

  Forward(Block block, Tensor x) {
    this.block = block;
    Shape shape = new Shape(Arrays.stream(x.shape().toArray()).asLongStream().toArray());
    this.x = manager.create(x.toArray(), shape);
    block.initialize(manager, DataType.FLOAT32, shape);
  }

  @Override
  public void run() {
    try (NDManager step = manager.newSubManager()) {
      x.attach(step);
      NDArray y = block.forward(store, new NDList(x), false).singletonOrThrow();
      // Some numbers, so that nothing can be put off.
      result = y.flatten().get("0:1").toFloatArray();
      x.attach(manager);
    }
  }

  @Override
  public float[] result() {
    return result.clone();
  }

  @Override
  public void close() {
    manager.close();
  }
}
