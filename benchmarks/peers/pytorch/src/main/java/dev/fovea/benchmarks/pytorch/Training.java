package dev.fovea.benchmarks.pytorch;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.fovea.benchmarks.peer.Contender;
import dev.fovea.benchmarks.peer.TrainingNet;
import java.util.Arrays;

/** Steps of a training by PyTorch. */
final class Training implements Contender {

  private final NDManager manager = NDManager.newBaseManager();
  private final Model model = Model.newInstance("benchmark");
  private final Trainer trainer;
  private final TrainingNet net;
  private final NDList inputs = new NDList();
  private final NDArray labels;
  private float loss = Float.NaN;

  Training(TrainingNet net, float[] x, int[] classes) {
    this.net = net;
    model.setBlock(block(net));
    trainer =
        model.newTrainer(
            new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optOptimizer(
                    Optimizer.sgd()
                        .setLearningRateTracker(Tracker.fixed(TrainingNet.RATE))
                        .optMomentum(TrainingNet.MOMENTUM)
                        .build()));
    inputs.add(manager.create(x, shape(net.input().toArray())));
    NDArray indices =
        manager.create(classes, shape(net.target().toArray())).toType(DataType.INT64, false);
    if (net == TrainingNet.CAPTIONER) {
      inputs.add(indices);
    }
    trainer.initialize(inputs.stream().map(NDArray::getShape).toArray(Shape[]::new));
    labels = labels(indices);
  }

  private static Shape shape(int[] dims) {
    return new Shape(Arrays.stream(dims).asLongStream().toArray());
  }

  private static Block block(TrainingNet net) {
    return switch (net) {
      case CONVNET -> Networks.convNet(net.classes());
      case RESNET18 -> Networks.resNet(new int[] {2, 2, 2, 2}, false, net.classes());
      case UNET -> Networks.uNet(TrainingNet.WIDTH, TrainingNet.DEPTH, net.classes());
      case CAPTIONER -> new Captioner(net.classes());
    };
  }

  /**
   * As the loss wants them: indices, or for pixels a one for the right class, because the library's
   * loss takes indices along the last dimension only.
   */
  private NDArray labels(NDArray indices) {
    return net == TrainingNet.UNET
        ? indices.oneHot(net.classes()).transpose(0, 3, 1, 2).duplicate()
        : indices.reshape(-1).toType(DataType.FLOAT32, true);
  }

  private NDArray loss(NDArray output) {
    if (net == TrainingNet.UNET) {
      return output.logSoftmax(1).mul(labels).sum().neg().div((float) net.target().size());
    }
    return trainer.getLoss().evaluate(new NDList(labels), new NDList(output));
  }

  @Override
  public void run() {
    // What a step makes belongs to the manager of its inputs, and goes with it.
    try (NDManager step = manager.newSubManager()) {
      inputs.attach(step);
      labels.attach(step);
      try (GradientCollector collector = trainer.newGradientCollector()) {
        NDArray value = loss(trainer.forward(inputs).singletonOrThrow());
        collector.backward(value);
        loss = value.getFloat();
      }
      trainer.step();
      inputs.attach(manager);
      labels.attach(manager);
    }
  }

  @Override
  public float[] result() {
    return new float[] {loss};
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
    manager.close();
  }
}
