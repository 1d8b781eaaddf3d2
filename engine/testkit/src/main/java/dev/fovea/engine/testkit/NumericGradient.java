package dev.fovea.engine.testkit;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.function.DoubleSupplier;

/**
 * Derivatives by central differences of fourth order: {@code f' = (8 (f(h) - f(-h)) - (f(2h) -
 * f(-2h))) / 12h}, with an error of {@code h^4 f'''''/30}.
 *
 * <p>The fourth order is what makes float32 networks checkable: the step may be so large ({@link
 * #STEP}) that the rounding of the outputs, divided by it, stays near 1e-5, while the formula's own
 * error is smaller still. Second-order differences are good to three digits at best.
 *
 * <p>The function must be smooth within {@code 2h} on both sides; kinks (ReLU, maxima) are the
 * caller's business. Its value should be accumulated in double, see {@link #dot}.
 */
public final class NumericGradient {

  /** A step for functions whose inputs are around 1; a power of two, so that x + h is exact. */
  public static final float STEP = 1f / 32;

  private NumericGradient() {}

  /**
   * Derivative by one element.
   *
   * @param f the function of what {@code x} holds
   * @param x a host tensor; its element is moved and put back
   * @param element index in row-major order
   * @param step {@code h}
   */
  public static double partial(DoubleSupplier f, Tensor x, int element, float step) {
    float[] direction = new float[x.size()];
    direction[element] = 1;
    return along(f, x, direction, step);
  }

  /** Derivatives by all elements; four evaluations each. */
  public static double[] all(DoubleSupplier f, Tensor x, float step) {
    double[] g = new double[x.size()];
    for (int i = 0; i < g.length; i++) {
      g[i] = partial(f, x, i, step);
    }
    return g;
  }

  /**
   * Derivative along a direction, the product of gradient and direction: covers all elements by
   * four evaluations.
   *
   * @param f the function of what {@code x} holds
   * @param x a host tensor; its elements are moved and put back
   * @param direction a factor of the step for each element
   * @param step {@code h}
   */
  public static double along(DoubleSupplier f, Tensor x, float[] direction, float step) {
    Tensor origin = x.copy();
    double inner = at(f, x, origin, direction, step) - at(f, x, origin, direction, -step);
    double outer = at(f, x, origin, direction, 2 * step) - at(f, x, origin, direction, -2 * step);
    x.copyFrom(origin);
    return (8 * inner - outer) / (12.0 * step);
  }

  private static double at(
      DoubleSupplier f, Tensor x, Tensor origin, float[] direction, float step) {
    for (int i = 0; i < direction.length; i++) {
      x.array()[x.offset() + i] = origin.get(i) + step * direction[i];
    }
    return f.getAsDouble();
  }

  /**
   * Sum of products, in double: the scalar function whose gradient takes {@code a} as cotangent.
   */
  public static double dot(Tensor a, Tensor b) {
    Shape s = a.shape();
    if (!s.equals(b.shape())) {
      throw new IllegalArgumentException(
          "expected two tensors of one shape, found " + a + ", " + b);
    }
    double sum = 0;
    for (int i = 0; i < a.size(); i++) {
      sum += (double) a.get(i) * b.get(i);
    }
    return sum;
  }
}
