package dev.fovea.benchmarks.dl4j;

import dev.fovea.benchmarks.peer.Contender;
import dev.fovea.benchmarks.peer.TrainingNet;
import dev.fovea.benchmarks.peer.TrainingPeer;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Deeplearning4j; the small convolutional network only. */
public final class Deeplearning4j implements TrainingPeer {

  @Override
  public String name() {
    return "dl4j";
  }

  @Override
  public Optional<String> unavailableBecause() {
    try {
      Nd4j.scalar(0f);
      return Optional.empty();
    } catch (LinkageError | RuntimeException e) {
      return Optional.of("its native library cannot be loaded (" + e.getMessage() + ")");
    }
  }

  @Override
  public Contender open(TrainingNet net, float[] x, int[] classes, int threads) throws IOException {
    if (net != TrainingNet.CONVNET) {
      throw new IOException(net.text() + ": found no such network built for Deeplearning4j");
    }
    long[] shape = Arrays.stream(net.input().toArray()).asLongStream().toArray();
    INDArray labels = Nd4j.zeros(net.batch(), net.classes());
    for (int i = 0; i < classes.length; i++) {
      labels.putScalar(i, classes[i], 1);
    }
    MultiLayerNetwork network = new MultiLayerNetwork(configuration(net));
    network.init();
    return new Steps(network, Nd4j.createFromArray(x).reshape(shape), labels);
  }

  private static MultiLayerConfiguration configuration(TrainingNet net) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .updater(new Nesterovs(TrainingNet.RATE, TrainingNet.MOMENTUM))
            .convolutionMode(ConvolutionMode.Same)
            .list();
    for (int stage = 0; stage < 3; stage++) {
      int width = 32 << stage;
      layers.layer(
          new ConvolutionLayer.Builder(3, 3)
              .nOut(width)
              .hasBias(false)
              .activation(Activation.IDENTITY)
              .build());
      layers.layer(new BatchNormalization.Builder().activation(Activation.RELU).build());
      layers.layer(
          new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
              .kernelSize(2, 2)
              .stride(2, 2)
              .build());
    }
    layers.layer(
        new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
            .nOut(net.classes())
            .activation(Activation.SOFTMAX)
            .build());
    int[] in = net.input().toArray();
    return layers.setInputType(InputType.convolutional(in[2], in[3], in[1])).build();
  }

  /** Steps of a training. */
  private record Steps(MultiLayerNetwork network, INDArray x, INDArray labels)
      implements Contender {
    @Override
    public void run() {
      network.fit(x, labels);
    }

    @Override
    public float[] result() {
      return new float[] {(float) network.score()};
    }
  }
}
