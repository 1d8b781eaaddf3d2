package dev.fovea.benchmarks;

import dev.fovea.benchmarks.peer.Contender;
import dev.fovea.benchmarks.peer.TrainingNet;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Optimizer;
import dev.fovea.engine.train.Schedule;
import dev.fovea.engine.train.Sgd;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.zoo.architecture.Architecture;
import dev.fovea.engine.zoo.architecture.Architectures;
import dev.fovea.engine.zoo.caption.CaptioningModel;
import dev.fovea.segmentation.UNet;

/** Trainings by Fovea. */
final class FoveaTraining {

  private static final long SEED = 1;
  private static final String LOGITS = "logits";

  /** So many that no measurement ends them. */
  private static final int EPOCHS = 1000;

  private FoveaTraining() {}

  /** A training on a backend, as {@link dev.fovea.benchmarks.peer.TrainingPeer#open}. */
  static Contender open(TrainingNet net, float[] x, int[] classes, Backend backend, int threads) {
    Tensor input = Tensor.of(net.input(), x);
    Tensor target = Tensor.zeros(net.target());
    for (int i = 0; i < classes.length; i++) {
      target.array()[i] = classes[i];
    }
    Optimizer optimizer = new Sgd(TrainingNet.MOMENTUM);
    if (net == TrainingNet.CAPTIONER) {
      SessionOptions options = SessionOptions.training(SEED).on(backend).withThreads(threads);
      return new CaptionSteps(captioner(net), input, target, optimizer, options);
    }
    TrainerOptions options =
        TrainerOptions.defaults(output(net), EPOCHS, net.batch(), TrainingNet.RATE, SEED)
            .withSchedule(Schedule.constant())
            .on(backend, threads);
    return new TrainerSteps(graph(net), input, target, optimizer, options);
  }

  private static String output(TrainingNet net) {
    return switch (net) {
      case UNET -> UNet.LOGITS;
      case RESNET18 -> Architecture.LOGITS;
      default -> LOGITS;
    };
  }

  private static Graph graph(TrainingNet net) {
    Shape in = net.input();
    return switch (net) {
      case CONVNET -> convNet(net);
      case RESNET18 ->
          Architectures.named("resnet18")
              .build(in.dim(1), in.dim(2), in.dim(3), net.classes(), SEED);
      case UNET ->
          new UNet(
                  in.dim(1),
                  net.classes(),
                  TrainingNet.WIDTH,
                  TrainingNet.DEPTH,
                  TrainingNet.WIDTH << TrainingNet.DEPTH,
                  UNet.Upsampling.TRANSPOSED_CONVOLUTION)
              .build(SEED);
      case CAPTIONER -> captioner(net);
    };
  }

  private static Graph captioner(TrainingNet net) {
    return new CaptioningModel(
            CaptioningModel.Cell.LSTM,
            TrainingNet.FEATURES,
            TrainingNet.EMBEDDING,
            TrainingNet.HIDDEN,
            net.classes())
        .build(SEED);
  }

  private static Graph convNet(TrainingNet net) {
    Graph.Builder g = new Graph.Builder(net.text());
    Layers layers = new Layers(g, SEED);
    Value x = g.input("x", net.input().with(0, 1), "batch", "", "", "");
    for (int stage = 0; stage < 3; stage++) {
      x = layers.conv("conv" + stage, x, 32 << stage, 3, 1, 1, false);
      x = layers.batchNorm("norm" + stage, x);
      x = g.node("relu" + stage, new Relu(), x);
      x = g.node("pool" + stage, MaxPool.square(2, 2, 0), x);
    }
    x = g.node("flatten", new Flatten(1), x);
    return g.build(layers.dense(LOGITS, x, net.classes(), Initializer.xavier()));
  }
}
