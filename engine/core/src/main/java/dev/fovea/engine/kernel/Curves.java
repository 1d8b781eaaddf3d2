package dev.fovea.engine.kernel;

/**
 * Elementwise functions and their derivatives in double, one element at a time: those that need no
 * loop of their own in {@link Functions}.
 */
final class Curves {

  private static final double SQRT_HALF = Math.sqrt(0.5);
  private static final double TWO_BY_SQRT_PI = 2 / Math.sqrt(Math.PI);
  private static final double GELU_SCALE = Math.sqrt(2 / Math.PI);
  private static final double GELU_CUBE = 0.044715;

  private Curves() {}

  static double value(Unary f, double alpha, double beta, double x) {
    return switch (f) {
      case THRESHOLDED_RELU -> x > alpha ? x : 0;
      case ELU -> beta * (x > 0 ? x : alpha * Math.expm1(x));
      case CELU -> x > 0 ? x : alpha * Math.expm1(x / alpha);
      case HARD_SIGMOID -> clip(alpha * x + beta, 0, 1);
      case HARD_SWISH -> x * clip(x / 6 + 0.5, 0, 1);
      case MISH -> x * tanhOfSoftplus(x);
      case GELU -> x * normal(x);
      case GELU_TANH -> 0.5 * x * (1 + Math.tanh(geluArgument(x)));
      case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      case SOFTSIGN -> x / (1 + Math.abs(x));
      case LOG -> Math.log(x);
      case ERF -> erf(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case TAN -> Math.tan(x);
      case ASIN -> Math.asin(x);
      case ACOS -> Math.acos(x);
      case ATAN -> Math.atan(x);
      case SINH -> Math.sinh(x);
      case COSH -> Math.cosh(x);
      case ASINH -> asinh(x);
      case ACOSH -> x < 1 ? Double.NaN : Math.log1p(x - 1 + Math.sqrt((x - 1) * (x + 1)));
      case ATANH -> 0.5 * Math.log1p(2 * x / (1 - x));
      case SHRINK -> x < -alpha ? x + beta : x > alpha ? x - beta : Double.isNaN(x) ? x : 0;
      case FLOOR -> Math.floor(x);
      case CEIL -> Math.ceil(x);
      case ROUND -> Math.rint(x);
      case SIGN -> Math.signum(x);
      default -> throw new IllegalArgumentException(f + " has a loop of its own");
    };
  }

  /**
   * The derivative.
   *
   * @param v the function's value where {@link Unary#derivativeFromValue}, else its argument
   */
  static double derivative(Unary f, double alpha, double beta, double v) {
    return switch (f) {
      case THRESHOLDED_RELU -> v > alpha ? 1 : 0;
      case ELU -> beta * (v > 0 ? 1 : alpha * Math.exp(v));
      case CELU -> v > 0 ? 1 : Math.exp(v / alpha);
      case HARD_SIGMOID -> inside(alpha * v + beta, 0, 1) * alpha;
      case HARD_SWISH -> v <= -3 ? 0 : v >= 3 ? 1 : v / 3 + 0.5;
      case MISH -> mishDerivative(v);
      case GELU -> normal(v) + v * Math.exp(-0.5 * v * v) / Math.sqrt(2 * Math.PI);
      case GELU_TANH -> geluTanhDerivative(v);
      case SOFTPLUS -> sigmoid(v);
      case SOFTSIGN -> 1 / ((1 + Math.abs(v)) * (1 + Math.abs(v)));
      case EXP -> v;
      case LOG -> 1 / v;
      case SQRT -> 0.5 / v;
      case RECIPROCAL -> -v * v;
      case ABS -> Math.signum(v);
      case NEG -> -1;
      case ERF -> TWO_BY_SQRT_PI * Math.exp(-v * v);
      case SIN -> Math.cos(v);
      case COS -> -Math.sin(v);
      case TAN -> 1 + Math.tan(v) * Math.tan(v);
      case ASIN -> 1 / Math.sqrt(1 - v * v);
      case ACOS -> -1 / Math.sqrt(1 - v * v);
      case ATAN -> 1 / (1 + v * v);
      case SINH -> Math.cosh(v);
      case COSH -> Math.sinh(v);
      case ASINH -> 1 / Math.sqrt(v * v + 1);
      case ACOSH -> v < 1 ? Double.NaN : 1 / Math.sqrt((v - 1) * (v + 1));
      case ATANH -> 1 / (1 - v * v);
      case SHRINK -> v < -alpha || v > alpha ? 1 : 0;
      case FLOOR, CEIL, ROUND, SIGN -> 0;
      default -> throw new IllegalArgumentException(f + " has a loop of its own");
    };
  }

  private static double clip(double x, double from, double to) {
    return Math.min(Math.max(x, from), to);
  }

  private static double inside(double x, double from, double to) {
    return x >= from && x <= to ? 1 : 0;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  // tanh(log w) = (w^2 - 1) / (w^2 + 1) with w = 1 + e, written so that nothing cancels.
  private static double tanhOfSoftplus(double x) {
    double e = Math.exp(Math.min(x, 40));
    double n = e * (e + 2);
    return n / (n + 2);
  }

  private static double mishDerivative(double x) {
    double t = tanhOfSoftplus(x);
    return t + x * sigmoid(x) * (1 - t * t);
  }

  // Near 0, log(x + sqrt(x^2 + 1)) would be that of almost 1.
  private static double asinh(double x) {
    double a = Math.abs(x);
    double log =
        a < 1
            ? Math.log1p(a + a * a / (1 + Math.sqrt(a * a + 1)))
            : Math.log(a + Math.sqrt(a * a + 1));
    return Math.copySign(log, x);
  }

  private static double geluArgument(double x) {
    return GELU_SCALE * (x + GELU_CUBE * x * x * x);
  }

  private static double geluTanhDerivative(double x) {
    double t = Math.tanh(geluArgument(x));
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * GELU_SCALE * (1 + 3 * GELU_CUBE * x * x);
  }

  /** Distribution function of the standard normal distribution. */
  private static double normal(double x) {
    return 0.5 * (1 + erf(x * SQRT_HALF));
  }

  /**
   * Error function to within 1.5e-7: near 0, where digits count relative to x, the series of
   * Maclaurin; else formula 7.1.26 of Abramowitz and Stegun.
   */
  static double erf(double x) {
    double a = Math.abs(x);
    if (a < 0.75) {
      double power = x;
      double sum = x;
      for (int n = 1; n <= 10; n++) {
        power *= -x * x / n;
        sum += power / (2 * n + 1);
      }
      return TWO_BY_SQRT_PI * sum;
    }
    double t = 1 / (1 + 0.3275911 * a);
    double p = 1.061405429 * t - 1.453152027;
    p = p * t + 1.421413741;
    p = p * t - 0.284496736;
    p = p * t + 0.254829592;
    return Math.copySign(1 - p * t * Math.exp(-a * a), x);
  }
}
