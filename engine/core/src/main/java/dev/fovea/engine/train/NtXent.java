package dev.fovea.engine.train;

import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Tensor;

/**
 * Normalised, temperature-scaled cross-entropy of pairs: with the cosine similarities {@code s_ij},
 * {@code l_i = -s_ip / tau + log sum over k != i of exp(s_ik / tau)}, in the mean over all rows.
 * Chen et al., "A simple framework for contrastive learning of visual representations" (SimCLR),
 * ICML 2020.
 *
 * <p>Output {@code [2N, D]}: rows {@code i} and {@code i + N} are two views of one image, each the
 * other's {@code p}. Targets and weights are not looked at. Immutable.
 */
public final class NtXent implements Loss {

  private final double temperature;

  /**
   * With a temperature.
   *
   * @param temperature {@code tau}, positive; the paper's best are 0.1 to 0.5
   */
  public NtXent(double temperature) {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException(
          "NT-Xent: expected a temperature > 0, found " + temperature);
    }
    this.temperature = temperature;
  }

  @Override
  public double evaluate(
      Tensor output, Tensor target, Tensor weights, Tensor gradient, Parallel parallel) {
    if (output.shape().rank() != 2 || output.shape().dim(0) % 2 != 0 || output.size() == 0) {
      throw new ShapeException("NtXent: output [2N, D] expected, found " + output.shape());
    }
    int n = output.shape().dim(0);
    double[] norms = new double[n];
    double[][] unit = unitRows(output, norms);
    // slopes[i][j]: derivative of the sum of all l by s_ij / tau, as it appears in l_i.
    double[][] slopes = new double[n][n];
    double[] losses = new double[n];
    parallel.run(n, i -> losses[i] = row(i, unit, slopes[i]));
    double sum = 0;
    for (double l : losses) {
      sum += l;
    }
    if (gradient != null) {
      parallel.run(n, i -> write(i, unit, norms[i], slopes, gradient));
    }
    return sum / n;
  }

  private static double[][] unitRows(Tensor x, double[] norms) {
    int d = x.shape().dim(1);
    double[][] unit = new double[norms.length][d];
    for (int i = 0; i < norms.length; i++) {
      double squares = 0;
      for (int k = 0; k < d; k++) {
        unit[i][k] = x.get(i * d + k);
        squares += unit[i][k] * unit[i][k];
      }
      // A row of zeros has no direction; any positive norm leaves it zero.
      norms[i] = squares == 0 ? 1 : Math.sqrt(squares);
      for (int k = 0; k < d; k++) {
        unit[i][k] /= norms[i];
      }
    }
    return unit;
  }

  private double row(int i, double[][] unit, double[] slopes) {
    int n = unit.length;
    int partner = (i + n / 2) % n;
    for (int j = 0; j < n; j++) {
      slopes[j] = j == i ? Double.NEGATIVE_INFINITY : dot(unit[i], unit[j]) / temperature;
    }
    double ofPartner = slopes[partner];
    double logSum = ClassLoss.softmax(slopes);
    slopes[partner]--;
    return logSum - ofPartner;
  }

  private void write(int i, double[][] unit, double norm, double[][] slopes, Tensor gradient) {
    int n = unit.length;
    int d = unit[i].length;
    double[] g = new double[d];
    for (int j = 0; j < n; j++) {
      double slope = (slopes[i][j] + slopes[j][i]) / (temperature * n);
      for (int k = 0; k < d; k++) {
        g[k] += slope * unit[j][k];
      }
    }
    // Through x / |x|: only what stands at right angles to x changes it.
    double along = dot(g, unit[i]);
    for (int k = 0; k < d; k++) {
      gradient.array()[gradient.offset() + i * d + k] =
          (float) ((g[k] - along * unit[i][k]) / norm);
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  @Override
  public String describe() {
    return "NtXent temperature=" + temperature;
  }
}
