package dev.fovea.engine.zoo.gan;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.GanLoss;
import dev.fovea.engine.train.Optimizer;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains a generator and a discriminator against each other, in turns: the discriminator on a batch
 * of real and one of made pictures, then the generator by what the discriminator says of a further
 * batch. The generator's gradient comes through the discriminator's input. Noise is uniform in
 * -1..1. Goodfellow et al., "Generative adversarial nets", NeurIPS 2014.
 *
 * <p>Changes the parameters of both graphs. Not thread-safe.
 */
public final class GanTraining {

  private final Session generator;
  private final Session discriminator;
  private final Player maker;
  private final Player judge;
  private final GanLoss loss;
  private final SplittableRandom random;

  /**
   * Losses of one step, before it.
   *
   * @param discriminator of both its batches together
   * @param generator of the generator
   */
  public record Losses(double discriminator, double generator) {}

  /**
   * The optimizer and learning rate of one network.
   *
   * @param optimizer a new one
   * @param rate learning rate
   */
  public record Player(Optimizer optimizer, double rate) {}

  /**
   * Begins a training.
   *
   * @param generator from {@link GanNetworks#NOISE} to {@link GanNetworks#IMAGE}
   * @param discriminator from {@link GanNetworks#IMAGE} to {@link GanNetworks#SCORE}
   * @param maker how the generator learns
   * @param judge how the discriminator learns
   * @param batch pictures of each kind in a step
   * @param options where it runs; a training run, whose seed decides the noise
   */
  public GanTraining(
      Graph generator,
      Graph discriminator,
      GanLoss loss,
      Player maker,
      Player judge,
      int batch,
      SessionOptions options) {
    Shape noise = generator.value(GanNetworks.NOISE).shape().with(0, batch);
    Shape image = discriminator.value(GanNetworks.IMAGE).shape().with(0, batch);
    this.generator = new Session(generator, options, noise);
    this.discriminator =
        new Session(discriminator, options.withGradients(GanNetworks.IMAGE), image);
    this.maker = maker;
    this.judge = judge;
    this.loss = loss;
    this.random = new SplittableRandom(options.seed());
    maker.optimizer.attach(parameters(generator));
    judge.optimizer.attach(parameters(discriminator));
  }

  private static List<Tensor> parameters(Graph graph) {
    return graph.parameters().stream().map(Value::tensor).toList();
  }

  /**
   * One step of each.
   *
   * @param real a batch of real pictures, scaled like the generator's
   */
  public Losses step(Tensor real) {
    discriminator.zeroGradients();
    double ofJudge = judge(real, true) + judge(make(), false);
    update(discriminator, judge);
    // What the discriminator would like to change for the generator's sake is not wanted, but
    // comes with the gradient of its input; the next step begins from zero again.
    Tensor scores = discriminator.forward(make());
    double ofMaker = loss.generator(scores, discriminator.cotangent(GanNetworks.SCORE));
    discriminator.backward();
    generator.zeroGradients();
    generator.cotangent(GanNetworks.IMAGE).copyFrom(discriminator.gradient(GanNetworks.IMAGE));
    generator.backward();
    update(generator, maker);
    return new Losses(ofJudge, ofMaker);
  }

  private Tensor make() {
    Tensor noise = Tensor.zeros(generator.input(0).shape());
    Initializer.uniform(1).fill(noise, 1, 1, random);
    return generator.forward(noise);
  }

  private double judge(Tensor images, boolean real) {
    Tensor scores = discriminator.forward(images);
    double value = loss.discriminator(scores, real, discriminator.cotangent(GanNetworks.SCORE));
    discriminator.backward();
    return value;
  }

  private static void update(Session session, Player player) {
    List<Tensor> gradients = List.copyOf(session.parameterGradients().values());
    player.optimizer.step(gradients, player.rate);
  }
}
