package dev.fovea.benchmarks;

import dev.fovea.benchmarks.peer.Contender;
import dev.fovea.benchmarks.peer.TrainingNet;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.Optimizer;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import dev.fovea.engine.zoo.caption.CaptionLoss;
import java.util.List;

/** The training of captions, which has two inputs and so no {@code Trainer}. */
final class CaptionSteps implements Contender {

  private final Session session;
  private final Tensor words;
  private final Loss loss = new CaptionLoss(SoftmaxCrossEntropy.IGNORE);
  private final Optimizer optimizer;
  private final Parallel parallel;
  private final String output;
  private double value = Double.NaN;

  CaptionSteps(
      Graph graph, Tensor features, Tensor words, Optimizer optimizer, SessionOptions options) {
    this.session = new Session(graph, options, features.shape(), words.shape());
    this.words = words;
    this.optimizer = optimizer;
    this.parallel = new Parallel(options.threads());
    this.output = graph.outputs().get(0).name();
    session.input(0).copyFrom(features);
    session.input(1).copyFrom(words);
    optimizer.attach(session.parameterGradients().keySet().stream().map(Value::tensor).toList());
  }

  @Override
  public void run() {
    Tensor scores = session.forward();
    value = loss.evaluate(scores, words, null, session.cotangent(output), parallel);
    session.zeroGradients();
    session.backward();
    optimizer.step(List.copyOf(session.parameterGradients().values()), TrainingNet.RATE);
  }

  @Override
  public float[] result() {
    return new float[] {(float) value};
  }
}
