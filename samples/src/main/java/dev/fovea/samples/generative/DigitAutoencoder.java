package dev.fovea.samples.generative;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Adam;
import dev.fovea.engine.train.ElementLoss;
import dev.fovea.engine.train.GaussianLatent;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.Reduction;
import java.util.SplittableRandom;

/**
 * A variational autoencoder of small grey pictures: an encoder to mean and logarithm of the
 * variance of a few numbers, a draw, and a decoder from there to a logit for each pixel; one hidden
 * layer each. Not thread-safe.
 */
public final class DigitAutoencoder {

  private static final int HIDDEN = 64;
  private static final double RATE = 2e-3;

  private final SplittableRandom random;
  private final Learner encoder;
  private final Learner decoder;
  private final Tensor noise;
  private final Tensor latent;
  private final Loss loss = ElementLoss.binaryCrossEntropy(Reduction.PER_SAMPLE);

  /**
   * Two new networks; everything follows from the seed.
   *
   * @param batch pictures in a step
   * @param pixels of each
   * @param latents numbers between encoder and decoder
   */
  public DigitAutoencoder(int batch, int pixels, int latents, long seed) {
    this.random = new SplittableRandom(seed);
    this.noise = Tensor.zeros(batch, latents);
    this.latent = Tensor.zeros(batch, latents);
    Graph.Builder e = new Graph.Builder("encoder");
    Layers el = new Layers(e, seed);
    Value h = hidden(el, e.input("picture", Shape.of(batch, pixels)));
    this.encoder =
        new Learner(
            e.build(
                el.dense("mean", h, latents, Initializer.xavier()),
                el.dense("logVariance", h, latents, Initializer.xavier())),
            new Adam(),
            Shape.of(batch, pixels));
    Graph.Builder d = new Graph.Builder("decoder");
    Layers dl = new Layers(d, seed + 1);
    Value g = hidden(dl, d.input("latent", latent.shape()));
    this.decoder =
        new Learner(
            d.build(dl.dense("logits", g, pixels, Initializer.xavier())),
            new Adam(),
            latent.shape());
  }

  private static Value hidden(Layers layers, Value x) {
    Value h = layers.dense("hidden", x, HIDDEN, Initializer.he());
    return layers.graph().node("relu", new Relu(), h);
  }

  /**
   * One step.
   *
   * @param pictures {@code [batch, pixels]}, values 0 to 1
   * @return the negative evidence lower bound in nats, the mean over the pictures
   */
  public double step(Tensor pictures) {
    encoder.forward(pictures);
    Tensor mean = encoder.value("mean");
    Tensor logVariance = encoder.value("logVariance");
    for (int i = 0; i < noise.size(); i++) {
      noise.array()[i] = (float) random.nextGaussian();
    }
    GaussianLatent.draw(mean, logVariance, noise, latent);
    decoder.zeroGradients();
    double bound =
        loss.evaluate(decoder.forward(latent), pictures, null, decoder.cotangent("logits"));
    Tensor ofLatent = decoder.backward();

    Tensor ofMean = encoder.cotangent("mean");
    Tensor ofLogVariance = encoder.cotangent("logVariance");
    bound += GaussianLatent.divergence(mean, logVariance, ofMean, ofLogVariance);
    GaussianLatent.backward(logVariance, noise, ofLatent, ofMean, ofLogVariance);
    encoder.zeroGradients();
    encoder.backward();
    decoder.step(RATE);
    encoder.step(RATE);
    return bound;
  }

  /**
   * Logits {@code [batch, pixels]} of pictures from numbers drawn anew; valid until the next call.
   */
  public Tensor sample() {
    for (int i = 0; i < latent.size(); i++) {
      latent.array()[i] = (float) random.nextGaussian();
    }
    return decoder.forward(latent);
  }
}
