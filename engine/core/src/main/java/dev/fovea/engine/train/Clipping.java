package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Keeps gradients from being too large: one bad batch, or one steep place, cannot throw the weights
 * far away. Immutable.
 *
 * @param kind what is limited
 * @param limit of it, positive; ignored by {@link Kind#NONE}
 */
public record Clipping(Kind kind, double limit) {

  /** What is limited. */
  public enum Kind {
    /** Nothing. */
    NONE,
    /** Each element, to {@code [-limit, limit]}. */
    VALUE,
    /**
     * The Euclidean norm of all gradients together; the direction stays. Pascanu, Mikolov and
     * Bengio, ICML 2013.
     */
    GLOBAL_NORM
  }

  /** Checks the limit. */
  public Clipping {
    if (!(limit > 0)) {
      throw new IllegalArgumentException("gradient clipping: expected > 0, found " + limit);
    }
  }

  /** No limit. */
  public static Clipping none() {
    return new Clipping(Kind.NONE, Double.POSITIVE_INFINITY);
  }

  /** Each element in {@code [-limit, limit]}. */
  public static Clipping byValue(double limit) {
    return new Clipping(Kind.VALUE, limit);
  }

  /** All gradients together at most {@code limit} long. */
  public static Clipping byGlobalNorm(double limit) {
    return new Clipping(Kind.GLOBAL_NORM, limit);
  }

  /** Clips in place. */
  public void apply(List<Tensor> gradients) {
    switch (kind) {
      case NONE -> {}
      case VALUE -> gradients.forEach(this::clamp);
      case GLOBAL_NORM -> {
        double norm = globalNorm(gradients);
        if (norm > limit) {
          gradients.forEach(g -> scale(g, (float) (limit / norm)));
        }
      }
    }
  }

  /** Euclidean norm of all elements of all tensors. */
  public static double globalNorm(List<Tensor> tensors) {
    double squares = 0;
    for (Tensor t : tensors) {
      for (int i = 0; i < t.size(); i++) {
        double x = t.get(i);
        squares += x * x;
      }
    }
    return Math.sqrt(squares);
  }

  private void clamp(Tensor t) {
    float[] a = t.array();
    float l = (float) limit;
    for (int i = t.offset(); i < t.offset() + t.size(); i++) {
      a[i] = Math.max(-l, Math.min(l, a[i]));
    }
  }

  private static void scale(Tensor t, float factor) {
    float[] a = t.array();
    for (int i = t.offset(); i < t.offset() + t.size(); i++) {
      a[i] *= factor;
    }
  }
}
