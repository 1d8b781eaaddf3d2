package dev.fovea.engine.zoo.diffusion;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * A {@link DiffusionUNet} as a denoiser, for a fixed number of images and their conditions. Not
 * thread-safe.
 */
public final class UNetDenoiser implements Denoiser {

  private final Session session;
  private final Tensor conditions;
  private final int features;

  /**
   * Opens a network.
   *
   * @param graph as built by a {@link DiffusionUNet}
   * @param options inference, or training for gradients
   * @param images shape of the images, {@code [N, C, H, W]}
   * @param conditions {@code [N, conditions]}; not copied
   */
  public UNetDenoiser(Graph graph, SessionOptions options, Shape images, Tensor conditions) {
    this.features = graph.value(DiffusionUNet.TIME).shape().dim(1);
    this.conditions = conditions;
    this.session =
        new Session(graph, options, images, Shape.of(images.dim(0), features), conditions.shape());
  }

  @Override
  public Tensor predict(Tensor noisy, int step) {
    int[] steps = new int[noisy.shape().dim(0)];
    Arrays.fill(steps, step);
    return predict(noisy, steps);
  }

  /** As {@link #predict(Tensor, int)}, with a step for each image. */
  public Tensor predict(Tensor noisy, int... steps) {
    return session.forward(noisy, DiffusionUNet.timeFeatures(features, steps), conditions);
  }
}
