package dev.fovea.engine.testkit;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.BlockedKernels;
import dev.fovea.engine.kernel.GreedyNms;
import dev.fovea.engine.kernel.Indexing;
import dev.fovea.engine.kernel.Interpolation;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.kernel.RoiWindow;
import dev.fovea.engine.kernel.Sampling;
import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The oracle of the kernels: the definitions written down as naive loops over indices, sums in
 * double. Shares no code with the kernels under test, and is slow. Thread-safe.
 */
public final class ReferenceKernels implements Kernels {

  /** Stateless. */
  public ReferenceKernels() {}

  private static double get(Tensor t, int i) {
    return t.array()[t.offset() + i];
  }

  private static void set(Tensor t, int i, double value) {
    t.array()[t.offset() + i] = (float) value;
  }

  private static void add(Tensor t, int i, double value) {
    set(t, i, get(t, i) + value);
  }

  // Index of element (n, c, y, x) of [N, C, H, W]; -1 outside the plane.
  private static int index(Tensor t, int n, int c, int y, int x) {
    int h = t.shape().dim(2);
    int w = t.shape().dim(3);
    if (y < 0 || y >= h || x < 0 || x >= w) {
      return -1;
    }
    return ((n * t.shape().dim(1) + c) * h + y) * w + x;
  }

  // Any [N, C, space] as [N, C, D, H, W], by extents of 1.
  private static Tensor volume(Tensor t) {
    int rank = t.shape().rank();
    return t.reshape(
        t.shape().dim(0),
        t.shape().dim(1),
        rank > 4 ? t.shape().dim(2) : 1,
        rank > 3 ? t.shape().dim(rank - 2) : 1,
        t.shape().dim(rank - 1));
  }

  // Index of element (n, c, z, y, x) of [N, C, D, H, W]; -1 outside the volume.
  private static int index(Tensor t, int n, int c, int z, int y, int x) {
    int d = t.shape().dim(2);
    if (z < 0 || z >= d) {
      return -1;
    }
    int h = t.shape().dim(3);
    int w = t.shape().dim(4);
    return index(t.reshape(t.shape().dim(0), t.shape().dim(1) * d, h, w), n, c * d + z, y, x);
  }

  @Override
  public void gemm(
      boolean transA, boolean transB, float alpha, Tensor a, Tensor b, float beta, Tensor c) {
    int rows = c.shape().dim(0);
    int columns = c.shape().dim(1);
    int depth = a.shape().dim(transA ? 0 : 1);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double sum = 0;
        for (int k = 0; k < depth; k++) {
          sum +=
              get(a, transA ? k * rows + i : i * depth + k)
                  * get(b, transB ? j * depth + k : k * columns + j);
        }
        int at = i * columns + j;
        set(c, at, beta == 0 ? alpha * sum : alpha * sum + beta * get(c, at));
      }
    }
  }

  /** What is done with each product that a convolution consists of. */
  private interface ConvolutionTerm {
    void accept(int x, int w, int y);
  }

  // All (x, w, y) index triples with y += w * x.
  private static void convolutionTerms(
      Window g, int groups, Tensor x, Tensor w, Tensor y, ConvolutionTerm term) {
    int inputs = x.shape().dim(1) / groups;
    int outputs = y.shape().dim(1) / groups;
    outputs(
        y,
        (n, o, oz, oy, ox, at) -> {
          for (int i = 0; i < inputs; i++) {
            int channel = o / outputs * inputs + i;
            int[] weight = {(o * inputs + i) * g.depth().kernel() * g.kernelH() * g.kernelW()};
            window(
                g,
                volume(x),
                n,
                channel,
                oz,
                oy,
                ox,
                (source, padded) -> {
                  if (source >= 0) {
                    term.accept(source, weight[0], at);
                  }
                  weight[0]++;
                });
          }
        });
  }

  private static void addAll(double[] sums, Tensor t) {
    for (int i = 0; i < sums.length; i++) {
      add(t, i, sums[i]);
    }
  }

  @Override
  public void convForward(
      Window g, int groups, Tensor x, Tensor w, Tensor bias, boolean accumulate, Tensor y) {
    convActivated(g, groups, x, w, bias, accumulate ? y : null, null, 0, 0, y);
  }

  @Override
  public void convActivated(
      Window g,
      int groups,
      Tensor x,
      Tensor w,
      Tensor bias,
      Tensor z,
      Unary f,
      float alpha,
      float beta,
      Tensor y) {
    double[] sums = new double[y.size()];
    convolutionTerms(g, groups, x, w, y, (i, k, o) -> sums[o] += get(x, i) * get(w, k));
    for (int i = 0; i < sums.length; i++) {
      double b = bias == null ? 0 : get(bias, channel(y, i));
      double sum = sums[i] + b + (z == null ? 0 : get(z, i));
      set(y, i, f == null ? sum : value(f, alpha, beta, sum));
    }
  }

  @Override
  public void convByData(Window g, int groups, Tensor dy, Tensor w, Tensor dx) {
    double[] sums = new double[dx.size()];
    convolutionTerms(g, groups, dx, w, dy, (i, k, o) -> sums[i] += get(dy, o) * get(w, k));
    addAll(sums, dx);
  }

  @Override
  public void convByWeights(Window g, int groups, Tensor x, Tensor dy, Tensor dw) {
    double[] sums = new double[dw.size()];
    convolutionTerms(g, groups, x, dw, dy, (i, k, o) -> sums[k] += get(dy, o) * get(x, i));
    addAll(sums, dw);
  }

  /** What is done with each position of a window. */
  private interface WindowTerm {
    /**
     * A position.
     *
     * @param x index in the input, -1 outside of it
     * @param padded whether it lies in the input or its padding, and not beyond
     */
    void accept(int x, boolean padded);
  }

  // All positions of one window over [N, C, D, H, W], in row-major order.
  private static void window(
      Window g, Tensor x, int n, int c, int oz, int oy, int ox, WindowTerm term) {
    for (int kz = 0; kz < g.depth().kernel(); kz++) {
      for (int ky = 0; ky < g.kernelH(); ky++) {
        for (int kx = 0; kx < g.kernelW(); kx++) {
          int iz = position(g.depth(), oz, kz);
          int iy = position(g.rows(), oy, ky);
          int ix = position(g.columns(), ox, kx);
          boolean padded =
              iz < x.shape().dim(2) + g.depth().padAfter()
                  && iy < x.shape().dim(3) + g.padBottom()
                  && ix < x.shape().dim(4) + g.padRight();
          term.accept(index(x, n, c, iz, iy, ix), padded);
        }
      }
    }
  }

  private static int position(Window.Axis a, int output, int element) {
    return output * a.stride() - a.padBefore() + element * a.dilation();
  }

  /** What is done at each output of a convolution or pooling. */
  private interface Output {
    void accept(int n, int c, int oz, int oy, int ox, int index);
  }

  private static void outputs(Tensor target, Output body) {
    Shape y = volume(target).shape();
    int at = 0;
    for (int n = 0; n < y.dim(0); n++) {
      for (int c = 0; c < y.dim(1); c++) {
        for (int oz = 0; oz < y.dim(2); oz++) {
          for (int oy = 0; oy < y.dim(3); oy++) {
            for (int ox = 0; ox < y.dim(4); ox++) {
              body.accept(n, c, oz, oy, ox, at++);
            }
          }
        }
      }
    }
  }

  /** What is done with the positions of each window of a pooling. */
  private interface Pool {
    /** The positions in the input for output {@code at}, and those in the padded input. */
    void accept(int at, List<Integer> inside, int padded);
  }

  private static void pool(Window g, Tensor x, Tensor y, Pool body) {
    outputs(
        y,
        (n, c, oz, oy, ox, at) -> {
          List<Integer> inside = new ArrayList<>();
          int[] count = {0};
          window(
              g,
              volume(x),
              n,
              c,
              oz,
              oy,
              ox,
              (i, padded) -> {
                count[0] += padded ? 1 : 0;
                if (i >= 0) {
                  inside.add(i);
                }
              });
          body.accept(at, inside, count[0]);
        });
  }

  private static int argmax(Tensor x, List<Integer> positions) {
    int best = -1;
    for (int i : positions) {
      best = best < 0 || get(x, i) > get(x, best) ? i : best;
    }
    return best;
  }

  @Override
  public void maxPool(Window g, Tensor x, Tensor y) {
    pool(
        g,
        x,
        y,
        (at, inside, padded) -> {
          int best = argmax(x, inside);
          set(y, at, best < 0 ? Double.NEGATIVE_INFINITY : get(x, best));
        });
  }

  @Override
  public void maxPoolBackward(Window g, Tensor x, Tensor dy, Tensor dx) {
    pool(
        g,
        x,
        dy,
        (at, inside, padded) -> {
          int best = argmax(x, inside);
          if (best >= 0) {
            add(dx, best, get(dy, at));
          }
        });
  }

  @Override
  public void maxPoolIndices(Window g, Tensor x, Tensor indices) {
    pool(g, x, indices, (at, inside, padded) -> set(indices, at, argmax(x, inside)));
  }

  @Override
  public void maxUnpool(Tensor x, Tensor indices, Tensor y) {
    fill(0, y);
    for (int i = 0; i < x.size(); i++) {
      set(y, Objects.checkIndex((int) get(indices, i), y.size()), get(x, i));
    }
  }

  @Override
  public void maxUnpoolBackward(Tensor dy, Tensor indices, Tensor dx) {
    for (int i = 0; i < dx.size(); i++) {
      boolean hidden = false;
      for (int j = i + 1; j < dx.size(); j++) {
        hidden |= get(indices, j) == get(indices, i);
      }
      if (!hidden) {
        add(dx, i, get(dy, (int) get(indices, i)));
      }
    }
  }

  @Override
  public void averagePool(Window g, boolean countPadding, Tensor x, Tensor y) {
    pool(
        g,
        x,
        y,
        (at, inside, padded) -> {
          double sum = 0;
          for (int i : inside) {
            sum += get(x, i);
          }
          int count = countPadding ? padded : inside.size();
          set(y, at, count == 0 ? 0 : sum / count);
        });
  }

  @Override
  public void averagePoolBackward(Window g, boolean countPadding, Tensor dy, Tensor dx) {
    double[] sums = new double[dx.size()];
    pool(
        g,
        dx,
        dy,
        (at, inside, padded) -> {
          for (int i : inside) {
            sums[i] += get(dy, at) / (countPadding ? padded : inside.size());
          }
        });
    addAll(sums, dx);
  }

  @Override
  public void lpPool(Window g, int p, Tensor x, Tensor y) {
    pool(
        g,
        x,
        y,
        (at, inside, padded) -> {
          double sum = 0;
          for (int i : inside) {
            sum += Math.pow(Math.abs(get(x, i)), p);
          }
          set(y, at, Math.pow(sum, 1.0 / p));
        });
  }

  @Override
  public void lpPoolBackward(Window g, int p, Tensor x, Tensor y, Tensor dy, Tensor dx) {
    double[] sums = new double[dx.size()];
    pool(
        g,
        dx,
        dy,
        (at, inside, padded) -> {
          for (int i : inside) {
            double share = Math.pow(Math.abs(get(x, i)) / get(y, at), p - 1);
            sums[i] += get(y, at) == 0 ? 0 : get(dy, at) * Math.signum(get(x, i)) * share;
          }
        });
    addAll(sums, dx);
  }

  private static double value(Unary f, double alpha, double beta, double x) {
    return switch (f) {
      case RELU -> x > 0 || Double.isNaN(x) ? x : 0;
      case LEAKY_RELU -> x >= 0 ? x : alpha * x;
      case THRESHOLDED_RELU -> x > alpha ? x : 0;
      case ELU -> x > 0 ? beta * x : beta * alpha * (Math.exp(x) - 1);
      case CELU -> Math.max(x, 0) + Math.min(alpha * (Math.exp(x / alpha) - 1), 0);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case HARD_SIGMOID -> Math.max(0, Math.min(1, alpha * x + beta));
      case TANH -> Math.tanh(x);
      case SWISH -> x / (1 + Math.exp(-alpha * x));
      case HARD_SWISH -> x * Math.max(0, Math.min(1, (x + 3) / 6));
      case MISH -> x * Math.tanh(softplus(x));
      case GELU -> x * (1 + erf(x / Math.sqrt(2))) / 2;
      case GELU_TANH -> x * (1 + Math.tanh(geluArgument(x))) / 2;
      case SOFTPLUS -> softplus(x);
      case SOFTSIGN -> x / (1 + Math.abs(x));
      case CLIP -> Math.min(beta, Math.max(alpha, x));
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case SQRT -> Math.sqrt(x);
      case RECIPROCAL -> 1 / x;
      case ABS -> x < 0 ? -x : x;
      case NEG -> -x;
      case ERF -> erf(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case TAN -> Math.sin(x) / Math.cos(x);
      case ASIN -> Math.asin(x);
      case ACOS -> Math.acos(x);
      case ATAN -> Math.atan(x);
      case SINH -> (Math.exp(x) - Math.exp(-x)) / 2;
      case COSH -> (Math.exp(x) + Math.exp(-x)) / 2;
      case ASINH -> Math.signum(x) * Math.log(Math.abs(x) + Math.sqrt(x * x + 1));
      case ACOSH -> x >= 1 ? Math.log(x + Math.sqrt(x * x - 1)) : Double.NaN;
      case ATANH -> (Math.log(1 + x) - Math.log(1 - x)) / 2;
      case SHRINK -> Math.abs(x) <= alpha ? 0 : x - Math.signum(x) * beta;
      case FLOOR -> Math.floor(x);
      case CEIL -> Math.ceil(x);
      case ROUND -> Math.rint(x);
      case SIGN -> x > 0 ? 1 : x < 0 ? -1 : x;
    };
  }

  // x is the value where the derivative is to be computed from that, else the argument.
  private static double derivative(Unary f, double alpha, double beta, double x) {
    double sigmoid = 1 / (1 + Math.exp(-x));
    return switch (f) {
      case RELU -> x > 0 ? 1 : 0;
      case LEAKY_RELU -> x >= 0 ? 1 : alpha;
      case THRESHOLDED_RELU -> x > alpha ? 1 : 0;
      case ELU -> x > 0 ? beta : beta * alpha * Math.exp(x);
      case CELU -> x > 0 ? 1 : Math.exp(x / alpha);
      case SIGMOID -> x * (1 - x);
      case HARD_SIGMOID -> alpha * x + beta < 0 || alpha * x + beta > 1 ? 0 : alpha;
      case TANH -> 1 - x * x;
      case SWISH -> {
        double gate = 1 / (1 + Math.exp(-alpha * x));
        yield gate + alpha * x * gate * (1 - gate);
      }
      case HARD_SWISH -> x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6;
      case MISH -> {
        double t = Math.tanh(softplus(x));
        yield t + x * (1 - t * t) * sigmoid;
      }
      case GELU ->
          (1 + erf(x / Math.sqrt(2))) / 2 + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
      case GELU_TANH -> {
        double t = Math.tanh(geluArgument(x));
        double slope = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
        yield (1 + t) / 2 + x * (1 - t * t) * slope / 2;
      }
      case SOFTPLUS -> sigmoid;
      case SOFTSIGN -> Math.pow(1 + Math.abs(x), -2);
      case CLIP -> x < alpha || x > beta ? 0 : 1;
      case EXP -> x;
      case LOG -> 1 / x;
      case SQRT -> 0.5 / x;
      case RECIPROCAL -> -x * x;
      case ABS -> x > 0 ? 1 : x < 0 ? -1 : 0;
      case NEG -> -1;
      case ERF -> 2 / Math.sqrt(Math.PI) * Math.exp(-x * x);
      case SIN -> Math.cos(x);
      case COS -> -Math.sin(x);
      case TAN -> Math.pow(Math.cos(x), -2);
      case ASIN -> Math.pow(1 - x * x, -0.5);
      case ACOS -> -Math.pow(1 - x * x, -0.5);
      case ATAN -> 1 / (1 + x * x);
      case SINH -> (Math.exp(x) + Math.exp(-x)) / 2;
      case COSH -> (Math.exp(x) - Math.exp(-x)) / 2;
      case ASINH -> Math.pow(x * x + 1, -0.5);
      case ACOSH -> x >= 1 ? Math.pow(x * x - 1, -0.5) : Double.NaN;
      case ATANH -> 1 / (1 - x * x);
      case SHRINK -> Math.abs(x) <= alpha ? 0 : 1;
      case FLOOR, CEIL, ROUND, SIGN -> 0;
    };
  }

  private static double softplus(double x) {
    return x > 40 ? x : Math.log(1 + Math.exp(x));
  }

  private static double geluArgument(double x) {
    return Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
  }

  // The series exp(-x^2) sum 2^n x^(2n+1) / (1 3 5 ... (2n+1)): no term cancels another.
  private static double erf(double x) {
    if (Math.abs(x) > 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  @Override
  public void unary(Unary f, float alpha, float beta, Tensor x, Tensor y) {
    for (int i = 0; i < y.size(); i++) {
      set(y, i, value(f, alpha, beta, get(x, i)));
    }
  }

  @Override
  public void unaryBackward(
      Unary f, float alpha, float beta, Tensor x, Tensor y, Tensor dy, Tensor dx) {
    for (int i = 0; i < dx.size(); i++) {
      double v = get(f.derivativeFromValue() ? y : x, i);
      add(dx, i, derivative(f, alpha, beta, v) * get(dy, i));
    }
  }

  // Index into an operand that broadcasts to the full shape, for element i of the latter.
  private static int project(int i, Shape full, Shape operand) {
    int at = 0;
    int stride = 1;
    for (int d = 1; d <= full.rank(); d++) {
      int coordinate = i % full.dim(-d);
      i /= full.dim(-d);
      if (d <= operand.rank()) {
        at += operand.dim(-d) == 1 ? 0 : coordinate * stride;
        stride *= operand.dim(-d);
      }
    }
    return at;
  }

  @Override
  public void binary(Binary f, Tensor a, Tensor b, Tensor y) {
    for (int i = 0; i < y.size(); i++) {
      double u = get(a, project(i, y.shape(), a.shape()));
      double v = get(b, project(i, y.shape(), b.shape()));
      set(y, i, value(f, u, v));
    }
  }

  private static double value(Binary f, double a, double b) {
    return switch (f) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case POW -> Math.pow(a, b);
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case PRELU -> a >= 0 ? a : a * b;
      case EQUAL -> a == b ? 1 : 0;
      case LESS -> a < b ? 1 : 0;
      case REMAINDER -> a % b;
      case MODULUS -> a % b != 0 && a % b < 0 != b < 0 ? a % b + b : a % b;
    };
  }

  @Override
  public void axpby(float alpha, Tensor x, float beta, Tensor y) {
    for (int i = 0; i < y.size(); i++) {
      set(y, i, alpha * get(x, i) + (beta == 0 ? 0 : beta * get(y, i)));
    }
  }

  @Override
  public void reduce(Reduce f, Tensor x, boolean accumulate, Tensor y) {
    List<List<Double>> groups = new ArrayList<>();
    for (int i = 0; i < y.size(); i++) {
      groups.add(new ArrayList<>());
    }
    for (int i = 0; i < x.size(); i++) {
      groups.get(project(i, x.shape(), y.shape())).add(get(x, i));
    }
    for (int i = 0; i < y.size(); i++) {
      set(y, i, reduced(f, groups.get(i)) + (accumulate ? get(y, i) : 0));
    }
  }

  private static double reduced(Reduce f, List<Double> group) {
    DoubleSummaryStatistics all = new DoubleSummaryStatistics();
    group.forEach(all::accept);
    return switch (f) {
      case SUM -> all.getSum();
      case MEAN -> all.getSum() / all.getCount();
      case SUM_ABS -> group.stream().mapToDouble(Math::abs).sum();
      case SUM_SQUARES -> group.stream().mapToDouble(v -> v * v).sum();
      case PRODUCT -> group.stream().reduce(1.0, (a, b) -> a * b);
      case MAX -> all.getMax();
      case MIN -> all.getMin();
      case LOG_SUM_EXP ->
          all.getMax()
              + Math.log(group.stream().mapToDouble(v -> Math.exp(v - all.getMax())).sum());
    };
  }

  @Override
  public void softmax(int outer, int n, int inner, Tensor x, Tensor y) {
    for (int o = 0; o < outer; o++) {
      for (int j = 0; j < inner; j++) {
        double max = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < n; k++) {
          max = Math.max(max, get(x, (o * n + k) * inner + j));
        }
        double[] e = new double[n];
        double sum = 0;
        for (int k = 0; k < n; k++) {
          e[k] = Math.exp(get(x, (o * n + k) * inner + j) - max);
          sum += e[k];
        }
        for (int k = 0; k < n; k++) {
          set(y, (o * n + k) * inner + j, e[k] / sum);
        }
      }
    }
  }

  @Override
  public void softmaxBackward(int outer, int n, int inner, Tensor y, Tensor dy, Tensor dx) {
    for (int o = 0; o < outer; o++) {
      for (int j = 0; j < inner; j++) {
        double dot = 0;
        for (int k = 0; k < n; k++) {
          int i = (o * n + k) * inner + j;
          dot += get(y, i) * get(dy, i);
        }
        for (int k = 0; k < n; k++) {
          int i = (o * n + k) * inner + j;
          add(dx, i, get(y, i) * (get(dy, i) - dot));
        }
      }
    }
  }

  /** What is done with each source pixel of a resized one. */
  private interface ResizeTerm {
    void accept(int x, int y, double weight);
  }

  // Weights of all inputs for all outputs of dimension d of [N, C, D, H, W].
  private static double[][] weights(Interpolation g, int d, Shape x, Shape y) {
    int in = x.dim(2 + d);
    int out = y.dim(2 + d);
    double[][] all = new double[out][in];
    int missing = 3 - g.scales().size();
    float scale = d < missing ? 1 : g.scales().get(d - missing);
    Interpolation.Filter f = g.filter();
    for (int o = 0; o < out; o++) {
      if (d < missing) {
        all[o][0] = 1;
        continue;
      }
      float source = g.source(d - missing, o, in, out);
      if (g.beyond(d - missing, o, in, out)) {
        continue;
      }
      if (f.method() == Interpolation.Method.NEAREST) {
        all[o][g.nearest(source, in)] = 1;
        continue;
      }
      double stretch = f.antialias() ? Math.max(1, 1.0 / scale) : 1;
      double sum = 0;
      for (int i = -5 * in - 20; i <= 5 * in + 20; i++) {
        double t = Math.abs(i - source) / stretch;
        double w = f.method() == Interpolation.Method.LINEAR ? 1 - t : cubic(f.cubic(), t);
        boolean outside = i < 0 || i >= in;
        if (t < f.support() && !(f.excludeOutside() && outside)) {
          sum += w;
          all[o][Math.min(Math.max(i, 0), in - 1)] += w;
        }
      }
      for (int i = 0; i < in; i++) {
        all[o][i] /= sum;
      }
    }
    return all;
  }

  // Keys, "Cubic convolution interpolation for digital image processing", 1981.
  private static double cubic(double a, double t) {
    double t2 = t * t;
    double t3 = t2 * t;
    return t <= 1 ? (a + 2) * t3 - (a + 3) * t2 + 1 : a * t3 - 5 * a * t2 + 8 * a * t - 4 * a;
  }

  private static void resizeTerms(Interpolation g, Tensor x, Tensor y, ResizeTerm term) {
    Tensor in = volume(x);
    Shape from = in.shape();
    Shape to = volume(y).shape();
    double[][] planes = weights(g, 0, from, to);
    double[][] rows = weights(g, 1, from, to);
    double[][] columns = weights(g, 2, from, to);
    outputs(
        y,
        (n, c, oz, oy, ox, at) -> {
          for (int iz = 0; iz < from.dim(2); iz++) {
            for (int iy = 0; iy < from.dim(3); iy++) {
              for (int ix = 0; ix < from.dim(4); ix++) {
                double weight = planes[oz][iz] * rows[oy][iy] * columns[ox][ix];
                if (weight != 0) {
                  term.accept(index(in, n, c, iz, iy, ix), at, weight);
                }
              }
            }
          }
        });
  }

  @Override
  public void resize(Interpolation g, Tensor x, Tensor y) {
    double[] sums = new double[y.size()];
    resizeTerms(g, x, y, (from, to, weight) -> sums[to] += weight * get(x, from));
    for (int i = 0; i < sums.length; i++) {
      set(y, i, sums[i]);
    }
    int missing = 3 - g.scales().size();
    Shape from = volume(x).shape();
    Shape to = volume(y).shape();
    outputs(
        y,
        (n, c, oz, oy, ox, at) -> {
          int[] o = {oz, oy, ox};
          for (int d = missing; d < 3; d++) {
            if (g.beyond(d - missing, o[d], from.dim(2 + d), to.dim(2 + d))) {
              set(y, at, g.region().outside());
            }
          }
        });
  }

  @Override
  public void resizeBackward(Interpolation g, Tensor dy, Tensor dx) {
    double[] sums = new double[dx.size()];
    resizeTerms(g, dx, dy, (from, to, weight) -> sums[from] += weight * get(dy, to));
    addAll(sums, dx);
  }

  // Normalised coordinate k (x, y, z) of point p of a grid, or the constant 1.
  private static double base(boolean alignCorners, Shape grid, int p, int k) {
    int n = grid.dim(-1);
    if (k == n) {
      return 1;
    }
    int stride = 1;
    for (int d = 0; d < k; d++) {
      stride *= grid.dim(n - d);
    }
    int size = grid.dim(n - k);
    double i = p / stride % size;
    if (!alignCorners) {
      return (i + 0.5) * 2 / size - 1;
    }
    return size == 1 ? -1 : i * 2 / (size - 1) - 1;
  }

  @Override
  public void affineGrid(boolean alignCorners, Tensor theta, Tensor grid) {
    int n = theta.shape().dim(1);
    int points = grid.shape().size(1, n + 1);
    for (int i = 0; i < grid.size(); i++) {
      double sum = 0;
      for (int k = 0; k <= n; k++) {
        int at = (i / n / points * n + i % n) * (n + 1) + k;
        sum += get(theta, at) * base(alignCorners, grid.shape(), i / n, k);
      }
      set(grid, i, sum);
    }
  }

  @Override
  public void affineGridBackward(boolean alignCorners, Tensor dgrid, Tensor dtheta) {
    int n = dtheta.shape().dim(1);
    int points = dgrid.shape().size(1, n + 1);
    double[] sums = new double[dtheta.size()];
    for (int i = 0; i < dgrid.size(); i++) {
      for (int k = 0; k <= n; k++) {
        int at = (i / n / points * n + i % n) * (n + 1) + k;
        sums[at] += get(dgrid, i) * base(alignCorners, dgrid.shape(), i / n, k);
      }
    }
    addAll(sums, dtheta);
  }

  // Position i seen from inside an image of n pixels; -1 for nothing.
  private static int reflected(Sampling g, int i, int n) {
    if (g.padding() == Sampling.Padding.ZEROS) {
      return i < 0 || i >= n ? -1 : i;
    }
    if (g.padding() == Sampling.Padding.BORDER || n == 1) {
      return Math.min(Math.max(i, 0), n - 1);
    }
    int at = i;
    while (at < 0 || at >= n) {
      int mirror = g.alignCorners() ? 0 : 1;
      at = at < 0 ? -at - mirror : 2 * (n - 1) - at + mirror;
    }
    return at;
  }

  // Weight of position i for a pixel coordinate.
  private static double weight(Sampling g, double pixel, int i) {
    double t = Math.abs(pixel - i);
    return switch (g.method()) {
      case NEAREST -> i == Math.rint(pixel) ? 1 : 0;
      case LINEAR -> Math.max(0, 1 - t);
      case CUBIC -> t >= 2 ? 0 : cubic(-0.75, t);
    };
  }

  // Derivative of the weight by the pixel coordinate; where it jumps, that from the right.
  private static double slope(Sampling g, double pixel, int i) {
    double t = pixel - i;
    return switch (g.method()) {
      case NEAREST -> 0;
      case LINEAR -> t < -1 || t >= 1 ? 0 : t < 0 ? 1 : -1;
      case CUBIC -> Math.signum(t) * cubicSlope(-0.75, Math.abs(t));
    };
  }

  private static double cubicSlope(double a, double t) {
    if (t >= 2) {
      return 0;
    }
    return t <= 1 ? 3 * (a + 2) * t * t - 2 * (a + 3) * t : 3 * a * t * t - 10 * a * t + 8 * a;
  }

  /** What is done with a neighbour of a sampled point. */
  private interface GridTerm {
    void accept(int x, int grid, int y, double weight, double[] slopes);
  }

  private static void gridTerms(Sampling g, Tensor x, Tensor grid, Tensor y, GridTerm term) {
    int space = grid.shape().dim(-1);
    Tensor volume = volume(x);
    int[] extents = {volume.shape().dim(4), volume.shape().dim(3), volume.shape().dim(2)};
    int points = y.shape().size(2, y.shape().rank());
    outputs(
        y,
        (n, c, oz, oy, ox, at) -> {
          int coordinates = (n * points + at % points) * space;
          double[] pixel = new double[3];
          for (int d = 0; d < space; d++) {
            pixel[d] = g.pixel((float) get(grid, coordinates + d), extents[d]);
          }
          for (int near = 0; near < 125; near++) {
            int[] i = new int[3];
            double[] weights = {1, 1, 1};
            int[] from = new int[3];
            for (int d = 0; d < space; d++) {
              int step = near / (d == 0 ? 1 : d == 1 ? 5 : 25) % 5;
              i[d] = (int) Math.floor(pixel[d]) - 2 + step;
              weights[d] = weight(g, pixel[d], i[d]);
              from[d] = reflected(g, i[d], extents[d]);
            }
            boolean planes = space == 3 || near < 25;
            int source = planes ? index(volume, n, c, from[2], from[1], from[0]) : -1;
            if (source < 0) {
              continue;
            }
            double[] slopes = new double[space];
            for (int d = 0; d < space; d++) {
              slopes[d] = slope(g, pixel[d], i[d]) * g.pixelSlope(extents[d]);
              for (int e = 0; e < space; e++) {
                slopes[d] *= e == d ? 1 : weights[e];
              }
            }
            double weight = weights[0] * weights[1] * weights[2];
            term.accept(source, coordinates, at, weight, slopes);
          }
        });
  }

  @Override
  public void gridSample(Sampling g, Tensor x, Tensor grid, Tensor y) {
    double[] sums = new double[y.size()];
    gridTerms(g, x, grid, y, (i, at, o, weight, slopes) -> sums[o] += weight * get(x, i));
    for (int i = 0; i < sums.length; i++) {
      set(y, i, sums[i]);
    }
  }

  @Override
  public void gridSampleBackward(
      Sampling g, Tensor x, Tensor grid, Tensor dy, Tensor dx, Tensor dgrid) {
    double[] images = new double[x.size()];
    double[] coordinates = new double[grid.size()];
    gridTerms(
        g,
        x,
        grid,
        dy,
        (i, at, o, weight, slopes) -> {
          images[i] += weight * get(dy, o);
          for (int d = 0; d < slopes.length; d++) {
            coordinates[at + d] += slopes[d] * get(x, i) * get(dy, o);
          }
        });
    if (dx != null) {
      addAll(images, dx);
    }
    if (dgrid != null) {
      addAll(coordinates, dgrid);
    }
  }

  // Number of samples, and position of sample k, along one dimension of a bin.
  private static int samples(RoiWindow g, double extent, int bins) {
    return g.samples() > 0 ? g.samples() : (int) Math.ceil((float) (extent / bins));
  }

  private static double extent(RoiWindow g, double from, double to) {
    double e = (float) (to * g.scale()) - (float) (from * g.scale());
    return g.halfPixel() ? e : Math.max(e, 1);
  }

  /** What is done with the samples of a bin: for each, the pixels and their weights. */
  private interface RoiTerm {
    void accept(int y, List<Map<Integer, Double>> samples);
  }

  private static void roiTerms(
      RoiWindow g, Tensor x, Tensor rois, Tensor batch, Tensor y, RoiTerm term) {
    int h = x.shape().dim(2);
    int w = x.shape().dim(3);
    outputs(
        y,
        (r, c, oz, binY, binX, at) -> {
          double width = extent(g, get(rois, 4 * r), get(rois, 4 * r + 2));
          double height = extent(g, get(rois, 4 * r + 1), get(rois, 4 * r + 3));
          int ny = samples(g, height, y.shape().dim(2));
          int nx = samples(g, width, y.shape().dim(3));
          double half = g.halfPixel() ? 0.5 : 0;
          List<Map<Integer, Double>> all = new ArrayList<>();
          for (int k = 0; k < ny * nx; k++) {
            double py =
                get(rois, 4 * r + 1) * g.scale()
                    - half
                    + (binY + (k / nx + 0.5) / ny) * height / y.shape().dim(2);
            double px =
                get(rois, 4 * r) * g.scale()
                    - half
                    + (binX + (k % nx + 0.5) / nx) * width / y.shape().dim(3);
            Map<Integer, Double> pixels = new LinkedHashMap<>();
            if (py >= -1 && py <= h && px >= -1 && px <= w) {
              py = Math.min(Math.max(py, 0), h - 1);
              px = Math.min(Math.max(px, 0), w - 1);
              for (int iy = (int) py; iy <= Math.min(h - 1, (int) py + 1); iy++) {
                for (int ix = (int) px; ix <= Math.min(w - 1, (int) px + 1); ix++) {
                  double weight = (1 - Math.abs(py - iy)) * (1 - Math.abs(px - ix));
                  pixels.put(index(x, (int) get(batch, r), c, iy, ix), weight);
                }
              }
            }
            all.add(pixels);
          }
          term.accept(at, all);
        });
  }

  private static double value(Tensor x, Map<Integer, Double> pixels) {
    double sum = 0;
    for (Map.Entry<Integer, Double> p : pixels.entrySet()) {
      sum += p.getValue() * get(x, p.getKey());
    }
    return sum;
  }

  // All samples with equal weights, or only the largest.
  private static List<Map<Integer, Double>> chosen(
      RoiWindow g, Tensor x, List<Map<Integer, Double>> samples) {
    if (!g.maximum() || samples.isEmpty()) {
      return samples;
    }
    Map<Integer, Double> best = samples.get(0);
    for (Map<Integer, Double> s : samples) {
      best = value(x, s) > value(x, best) ? s : best;
    }
    return List.of(best);
  }

  @Override
  public void roiAlign(RoiWindow g, Tensor x, Tensor rois, Tensor batch, Tensor y) {
    roiTerms(
        g,
        x,
        rois,
        batch,
        y,
        (at, samples) -> {
          List<Map<Integer, Double>> used = chosen(g, x, samples);
          double sum = 0;
          for (Map<Integer, Double> s : used) {
            sum += value(x, s);
          }
          set(y, at, sum / Math.max(1, used.size()));
        });
  }

  @Override
  public void roiAlignBackward(
      RoiWindow g, Tensor x, Tensor rois, Tensor batch, Tensor dy, Tensor dx) {
    double[] sums = new double[dx.size()];
    roiTerms(
        g,
        x,
        rois,
        batch,
        dy,
        (at, samples) -> {
          List<Map<Integer, Double>> used = chosen(g, x, samples);
          for (Map<Integer, Double> s : used) {
            s.forEach((pixel, w) -> sums[pixel] += w * get(dy, at) / used.size());
          }
        });
    addAll(sums, dx);
  }

  // Index in x of the largest pixel of a bin; -1 if it has none.
  private static int largest(
      float scale, Tensor x, Tensor rois, Shape y, int r, int c, int binY, int binX) {
    int best = -1;
    for (int iy = 0; iy < x.shape().dim(2); iy++) {
      for (int ix = 0; ix < x.shape().dim(3); ix++) {
        if (covers(scale, rois, 5 * r + 2, binY, y.dim(2), iy)
            && covers(scale, rois, 5 * r + 1, binX, y.dim(3), ix)) {
          int at = index(x, (int) get(rois, 5 * r), c, iy, ix);
          best = best < 0 || get(x, at) > get(x, best) ? at : best;
        }
      }
    }
    return best;
  }

  private static boolean covers(float scale, Tensor rois, int at, int bin, int bins, int i) {
    long from = Math.round((double) (float) (get(rois, at) * scale));
    long to = Math.round((double) (float) (get(rois, at + 2) * scale));
    float extent = (float) Math.max(to - from + 1, 1) / bins;
    return i >= from + Math.floor(bin * extent) && i < from + Math.ceil((bin + 1) * extent);
  }

  @Override
  public void roiMaxPool(float scale, Tensor x, Tensor rois, Tensor y) {
    outputs(
        y,
        (r, c, oz, binY, binX, at) -> {
          int best = largest(scale, x, rois, y.shape(), r, c, binY, binX);
          set(y, at, best < 0 ? 0 : get(x, best));
        });
  }

  @Override
  public void roiMaxPoolBackward(float scale, Tensor x, Tensor rois, Tensor dy, Tensor dx) {
    outputs(
        dy,
        (r, c, oz, binY, binX, at) -> {
          int best = largest(scale, x, rois, dy.shape(), r, c, binY, binX);
          if (best >= 0) {
            add(dx, best, get(dy, at));
          }
        });
  }

  private static int channel(Tensor x, int i) {
    return i / x.shape().size(2, x.shape().rank()) % x.shape().dim(1);
  }

  @Override
  public void channelMoments(Tensor x, Tensor mean, Tensor variance) {
    int channels = x.shape().dim(1);
    double count = (double) x.size() / channels;
    double[] sum = new double[channels];
    double[] squares = new double[channels];
    for (int i = 0; i < x.size(); i++) {
      sum[channel(x, i)] += get(x, i);
    }
    for (int i = 0; i < x.size(); i++) {
      double d = get(x, i) - sum[channel(x, i)] / count;
      squares[channel(x, i)] += d * d;
    }
    for (int c = 0; c < channels; c++) {
      set(mean, c, sum[c] / count);
      set(variance, c, squares[c] / count);
    }
  }

  @Override
  public void channelAffine(Tensor x, Tensor scale, Tensor shift, Tensor y) {
    for (int i = 0; i < x.size(); i++) {
      set(y, i, get(scale, channel(x, i)) * get(x, i) + get(shift, channel(x, i)));
    }
  }

  @Override
  public void channelGradientSums(
      Tensor x, Tensor dy, Tensor mean, Tensor invStd, Tensor sumDy, Tensor sumDyXhat) {
    int channels = x.shape().dim(1);
    double[] sum = new double[channels];
    double[] sumXhat = new double[channels];
    for (int i = 0; i < x.size(); i++) {
      int c = channel(x, i);
      sum[c] += get(dy, i);
      sumXhat[c] += get(dy, i) * (get(x, i) - get(mean, c)) * get(invStd, c);
    }
    for (int c = 0; c < channels; c++) {
      set(sumDy, c, sum[c]);
      set(sumDyXhat, c, sumXhat[c]);
    }
  }

  @Override
  public void channelCombine(Tensor a, Tensor dy, Tensor b, Tensor x, Tensor d, Tensor dx) {
    for (int i = 0; i < x.size(); i++) {
      int c = channel(x, i);
      add(dx, i, get(a, c) * get(dy, i) + get(b, c) * get(x, i) + get(d, c));
    }
  }

  @Override
  public void copyBlocks(
      int count,
      int length,
      Tensor src,
      int srcStart,
      int srcStride,
      Tensor dst,
      int dstStart,
      int dstStride,
      boolean accumulate) {
    for (int b = 0; b < count; b++) {
      for (int i = 0; i < length; i++) {
        int to = dstStart + b * dstStride + i;
        double value = get(src, srcStart + b * srcStride + i);
        set(dst, to, value + (accumulate ? get(dst, to) : 0));
      }
    }
  }

  @Override
  public void copyStrided(StridedCopy g, Tensor source, Tensor target, boolean accumulate) {
    double[] sums = new double[target.size()];
    boolean[] touched = new boolean[target.size()];
    for (int i = 0; i < g.size(); i++) {
      int rest = i;
      int from = g.sourceStart();
      int to = g.targetStart();
      for (int d = g.rank() - 1; d >= 0; d--) {
        from += rest % g.extent(d) * g.sourceStride(d);
        to += rest % g.extent(d) * g.targetStride(d);
        rest /= g.extent(d);
      }
      sums[to] = get(source, from) + (accumulate ? sums[to] : 0);
      touched[to] = true;
    }
    for (int i = 0; i < sums.length; i++) {
      if (touched[i]) {
        set(target, i, sums[i] + (accumulate ? get(target, i) : 0));
      }
    }
  }

  @Override
  public void select(Tensor condition, Tensor a, Tensor b, Tensor y) {
    for (int i = 0; i < y.size(); i++) {
      boolean first = get(condition, project(i, y.shape(), condition.shape())) != 0;
      Tensor chosen = first ? a : b;
      set(y, i, get(chosen, project(i, y.shape(), chosen.shape())));
    }
  }

  /** What is done with each picked element, by its index in both tensors. */
  private interface Pick {
    void accept(int x, int y);
  }

  private static void picks(Indexing g, Tensor indices, Pick pick) {
    for (int i = 0; i < g.count(); i++) {
      for (int o = 0; o < g.outer(); o++) {
        for (int j = 0; j < g.inner(); j++) {
          int position = g.position(o, i, j);
          int at = o;
          for (int d = 0; d < g.extents().size(); d++) {
            float index = (float) get(indices, position + d);
            at = at * g.extents().get(d) + g.checked(d, index, position + d);
          }
          pick.accept(at * g.inner() + j, (o * g.count() + i) * g.inner() + j);
        }
      }
    }
  }

  @Override
  public void gather(Indexing g, Tensor x, Tensor indices, boolean accumulate, Tensor y) {
    picks(g, indices, (from, to) -> set(y, to, get(x, from) + (accumulate ? get(y, to) : 0)));
  }

  @Override
  public void scatter(Indexing g, Tensor y, Tensor indices, boolean accumulate, Tensor x) {
    picks(g, indices, (to, from) -> set(x, to, get(y, from) + (accumulate ? get(x, to) : 0)));
  }

  @Override
  public void scatterWith(Binary f, Indexing g, Tensor y, Tensor indices, Tensor x) {
    picks(g, indices, (to, from) -> set(x, to, value(f, get(x, to), get(y, from))));
  }

  @Override
  public void topK(
      int outer,
      int n,
      int inner,
      int k,
      boolean largest,
      boolean lastOfEqual,
      Tensor x,
      Tensor values,
      Tensor indices) {
    for (int o = 0; o < outer; o++) {
      for (int j = 0; j < inner; j++) {
        boolean[] taken = new boolean[n];
        for (int r = 0; r < k; r++) {
          int best = -1;
          for (int i = 0; i < n; i++) {
            double v = get(x, (o * n + i) * inner + j);
            double b = best < 0 ? 0 : get(x, (o * n + best) * inner + j);
            boolean better = largest ? v > b : v < b;
            if (!taken[i] && (best < 0 || better || (lastOfEqual && v == b))) {
              best = i;
            }
          }
          taken[best] = true;
          int to = (o * k + r) * inner + j;
          set(indices, to, best);
          if (values != null) {
            set(values, to, get(x, (o * n + best) * inner + j));
          }
        }
      }
    }
  }

  @Override
  public void nonMaxSuppression(GreedyNms g, Tensor boxes, Tensor scores, Tensor selected) {
    fill(-1, selected);
    int n = boxes.shape().dim(1);
    int classes = scores.shape().dim(1);
    int row = 0;
    for (int group = 0; group < scores.shape().dim(0) * classes; group++) {
      int image = group / classes;
      boolean[] gone = new boolean[n];
      for (int kept = 0; kept < g.most(); kept++) {
        int best = -1;
        for (int b = 0; b < n; b++) {
          double s = get(scores, group * n + b);
          boolean counts = !gone[b] && s > g.score() && !Double.isNaN(iou(g, boxes, image, b, b));
          if (counts && (best < 0 || s > get(scores, group * n + best))) {
            best = b;
          }
        }
        if (best < 0) {
          break;
        }
        for (int b = 0; b < n; b++) {
          // Rounded, so that an overlap of exactly the threshold is none too many.
          gone[b] |= b == best || (float) iou(g, boxes, image, best, b) > g.iou();
        }
        set(selected, 3 * row, image);
        set(selected, 3 * row + 1, group % classes);
        set(selected, 3 * row + 2, best);
        row++;
      }
    }
  }

  // Intersection over union of boxes p and q of an image; 0 for those without area.
  private static double iou(GreedyNms g, Tensor boxes, int image, int p, int q) {
    double common = 1;
    double[] area = {1, 1};
    for (int axis = 0; axis < 2; axis++) {
      double[] low = new double[2];
      double[] high = new double[2];
      for (int k = 0; k < 2; k++) {
        int at = (image * boxes.shape().dim(1) + (k == 0 ? p : q)) * 4 + axis;
        double u = get(boxes, at);
        double v = get(boxes, at + 2);
        low[k] = g.centres() ? u - v / 2 : Math.min(u, v);
        high[k] = g.centres() ? u + v / 2 : Math.max(u, v);
        area[k] *= high[k] - low[k];
      }
      common *= Math.max(0, Math.min(high[0], high[1]) - Math.max(low[0], low[1]));
    }
    double union = area[0] + area[1] - common;
    return Double.isNaN(union) ? Double.NaN : area[0] > 0 && area[1] > 0 ? common / union : 0;
  }

  @Override
  public void fill(float value, Tensor y) {
    for (int i = 0; i < y.size(); i++) {
      set(y, i, value);
    }
  }

  @Override
  public void dropoutMask(long seed, float ratio, Tensor mask) {
    for (int i = 0; i < mask.size(); i++) {
      long z = seed + (i + 1L) * 0x9E3779B97F4A7C15L;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      z ^= z >>> 31;
      set(mask, i, (z >>> 40) / (double) (1 << 24) < ratio ? 0 : 1 / (1 - ratio));
    }
  }

  @Override
  public Optional<BlockedKernels> blocked() {
    return Optional.empty();
  }
}
