package dev.fovea.samples.generative;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.LeakyRelu;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Adam;
import dev.fovea.engine.train.GanLoss;
import java.util.SplittableRandom;

/**
 * A generative adversarial network that learns to make points of the plane that lie on a ring: both
 * networks have two hidden layers of 32. Not thread-safe.
 */
public final class RingGan {

  /** Radius of the ring. */
  public static final double RADIUS = 2;

  /** Standard deviation of the real points from it. */
  public static final double SPREAD = 0.1;

  private static final int BATCH = 64;
  private static final int LATENT = 4;
  private static final int HIDDEN = 32;
  private static final double RATE = 1e-3;

  private final GanLoss loss;
  private final SplittableRandom random;
  private final Learner generator;
  private final Learner discriminator;
  private final Tensor noise = Tensor.zeros(BATCH, LATENT);
  private final Tensor real = Tensor.zeros(BATCH, 2);

  /** Two new networks; everything follows from the seed. */
  public RingGan(GanLoss loss, long seed) {
    this.loss = loss;
    this.random = new SplittableRandom(seed);
    this.generator = learner("noise", LATENT, "point", 2, seed);
    this.discriminator = learner("point", 2, "score", 1, seed + 1);
  }

  private static Learner learner(String in, int inputs, String out, int outputs, long seed) {
    Graph.Builder graph = new Graph.Builder(out);
    Layers layers = new Layers(graph, seed);
    Value x = graph.input(in, Shape.of(BATCH, inputs));
    for (int i = 1; i <= 2; i++) {
      x = layers.dense("hidden" + i, x, HIDDEN, Initializer.he());
      x = graph.node("relu" + i, new LeakyRelu(0.2f), x);
    }
    Graph g = graph.build(layers.dense(out, x, outputs, Initializer.xavier()));
    // The first moment with the decay of Radford et al., "DCGAN", ICLR 2016.
    return new Learner(g, new Adam(0.5, 0.999, 1e-8), Shape.of(BATCH, inputs));
  }

  /** One step of the discriminator, then one of the generator. */
  public void step() {
    discriminator.zeroGradients();
    drawReal();
    loss.discriminator(discriminator.forward(real), true, discriminator.cotangent("score"));
    discriminator.backward();
    Tensor made = sample();
    loss.discriminator(discriminator.forward(made), false, discriminator.cotangent("score"));
    discriminator.backward();
    discriminator.step(RATE);

    // Forward once more, through both; the gradient comes back through the discriminator, whose
    // own parameters stay as they are.
    generator.zeroGradients();
    loss.generator(discriminator.forward(sample()), discriminator.cotangent("score"));
    generator.cotangent("point").copyFrom(discriminator.backward());
    generator.backward();
    generator.step(RATE);
  }

  /** Points {@code [64, 2]} that the generator makes; valid until the next call. */
  public Tensor sample() {
    for (int i = 0; i < noise.size(); i++) {
      noise.array()[i] = (float) random.nextGaussian();
    }
    return generator.forward(noise);
  }

  private void drawReal() {
    for (int i = 0; i < BATCH; i++) {
      double angle = 2 * Math.PI * random.nextDouble();
      double radius = RADIUS + SPREAD * random.nextGaussian();
      real.array()[2 * i] = (float) (radius * Math.cos(angle));
      real.array()[2 * i + 1] = (float) (radius * Math.sin(angle));
    }
  }
}
