package dev.fovea.visualize.features;

import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.kernel.HostBackend;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * The Gram matrix of features {@code F [1, C, H, W]}: {@code G_ij = sum_p F_ip F_jp / (H W)}, the
 * mean over all places of the products of two channels. It says which features come together and
 * forgets where: the texture of a picture. Gatys, Ecker and Bethge, "Texture synthesis using
 * convolutional neural networks", NIPS 2015. As a mean it does not depend on the size of the
 * picture, so that pictures of different sizes can be compared.
 */
public final class GramMatrix {
  private GramMatrix() {}

  /**
   * The matrix {@code [C, C]} of features, in a new host tensor.
   *
   * @param features {@code [1, C, H, W]} on the host
   * @throws IllegalArgumentException if they have another shape
   */
  public static Tensor of(Tensor features) {
    Tensor rows = rows(features);
    int channels = rows.shape().dim(0);
    Tensor gram = Tensor.zeros(channels, channels);
    kernels().gemm(false, true, 1f / rows.shape().dim(1), rows, rows, 0, gram);
    return gram;
  }

  /** Features as a matrix {@code [C, H W]}; shares their memory. */
  static Tensor rows(Tensor features) {
    Shape shape = features.shape();
    if (shape.rank() != 4 || shape.dim(0) != 1) {
      throw new IllegalArgumentException(
          "Gram matrix: found features " + shape + ", expected [1, C, H, W]");
    }
    return features.reshape(shape.dim(1), shape.size(2, 4));
  }

  /** Products on the host, where losses are computed whatever the network runs on. */
  static Kernels kernels() {
    return HostKernels.BEST;
  }

  private static final class HostKernels {
    static final Kernels BEST =
        Backends.all().stream()
            .filter(b -> b instanceof HostBackend)
            .filter(b -> b.unavailableBecause().isEmpty())
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no backend on host memory"))
            .kernels(Backends.defaultThreads());
  }
}
