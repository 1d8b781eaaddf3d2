package dev.fovea.engine.onnx;

import dev.fovea.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Operators on matrices that the engine has no part in: exact products, and what goes in steps. */
final class HostMatrices {

  private HostMatrices() {}

  /** Products of matrices of numbers that float32 does not hold; outer axes broadcast. */
  static OnnxTensor product(NodeCall call) throws ModelFormatException {
    OnnxTensor a = call.in(0);
    OnnxTensor b = call.in(1);
    Shape left = a.shape().rank() == 1 ? Shape.of(1, a.size()) : a.shape();
    Shape right = b.shape().rank() == 1 ? Shape.of(b.size(), 1) : b.shape();
    check(
        a.type() == b.type()
            && left.rank() > 1
            && right.rank() > 1
            && left.dim(-1) == right.dim(-2),
        "expected matrices of one type that fit, found " + a + " and " + b);
    int rows = left.dim(-2);
    int inner = left.dim(-1);
    int columns = right.dim(-1);
    Shape batch = Shape.broadcast(outer(left), outer(right));
    int[] p = Places.broadcast(outer(left), batch);
    int[] q = Places.broadcast(outer(right), batch);
    Shape result = resultOf(batch, a.shape().rank() == 1, rows, b.shape().rank() == 1, columns);
    NodeCall.checkWork((double) call.bounded(result.toArray()).size() * inner);
    return OnnxTensor.compute(
        a.type(),
        result,
        i -> {
          long sum = 0;
          int m = i / (rows * columns);
          for (int k = 0; k < inner; k++) {
            sum +=
                a.integer((p[m] * rows + i / columns % rows) * inner + k)
                    * b.integer((q[m] * inner + k) * columns + i % columns);
          }
          return sum;
        },
        i -> {
          double sum = 0;
          int m = i / (rows * columns);
          for (int k = 0; k < inner; k++) {
            sum +=
                a.real((p[m] * rows + i / columns % rows) * inner + k)
                    * b.real((q[m] * inner + k) * columns + i % columns);
          }
          return sum;
        });
  }

  private static Shape outer(Shape s) {
    return Shape.of(Arrays.copyOf(s.toArray(), s.rank() - 2));
  }

  /** A vector has no axis of rows, or of columns, in the result. */
  private static Shape resultOf(Shape batch, boolean row, int rows, boolean column, int columns) {
    IntStream ends =
        IntStream.concat(
            row ? IntStream.empty() : IntStream.of(rows),
            column ? IntStream.empty() : IntStream.of(columns));
    return Shape.of(IntStream.concat(Arrays.stream(batch.toArray()), ends).toArray());
  }

  /** The determinants of square matrices, which are the last two axes. */
  static OnnxTensor determinant(NodeCall call) {
    OnnxTensor x = call.in(0);
    Shape s = x.shape();
    if (s.rank() < 2 || s.dim(s.rank() - 1) != s.dim(s.rank() - 2)) {
      throw new IllegalArgumentException("expected square matrices, found " + x);
    }
    int n = s.dim(s.rank() - 1);
    NodeCall.checkWork((double) s.size() * n);
    return OnnxTensor.reals(x.type(), outer(s), i -> determinant(x, i * n * n, n));
  }

  /** By elimination, with the largest element of a column as its pivot. */
  private static double determinant(OnnxTensor x, int first, int n) {
    double[][] m = new double[n][n];
    for (int i = 0; i < n * n; i++) {
      m[i / n][i % n] = x.real(first + i);
    }
    double product = 1;
    for (int c = 0; c < n; c++) {
      int pivot = c;
      for (int r = c + 1; r < n; r++) {
        pivot = Math.abs(m[r][c]) > Math.abs(m[pivot][c]) ? r : pivot;
      }
      if (m[pivot][c] == 0) {
        return 0;
      }
      double[] row = m[pivot];
      m[pivot] = m[c];
      m[c] = row;
      product *= pivot == c ? row[c] : -row[c];
      for (int r = c + 1; r < n; r++) {
        double factor = m[r][c] / row[c];
        for (int k = c; k < n; k++) {
          m[r][k] -= factor * row[k];
        }
      }
    }
    return product;
  }

  /** The tensors of a LinearAttention and the extents that they agree in. */
  private record Linear(
      OnnxTensor query,
      OnnxTensor key,
      OnnxTensor value,
      OnnxTensor decay,
      OnnxTensor beta,
      int queries,
      int heads,
      int keySize,
      int valueSize) {

    static Linear of(NodeCall call, boolean gated, boolean delta) {
      OnnxTensor q = call.in(0);
      OnnxTensor v = call.in(2);
      int queries = Math.toIntExact(call.integer("q_num_heads", 0));
      int heads = Math.toIntExact(call.integer("kv_num_heads", 0));
      check(
          queries > 0 && heads > 0 && queries % heads == 0,
          "expected q_num_heads to be a multiple of kv_num_heads, found "
              + queries
              + " and "
              + heads);
      check(
          q.shape().rank() == 3
              && v.shape().rank() == 3
              && q.shape().dim(2) % queries == 0
              && v.shape().dim(2) % heads == 0,
          "expected query and value [N, T, heads * size], found " + q + " and " + v);
      Linear l =
          new Linear(
              q,
              call.in(1),
              v,
              gated ? call.in(4) : null,
              delta ? call.in(5) : null,
              queries,
              heads,
              q.shape().dim(2) / queries,
              v.shape().dim(2) / heads);
      l.checkShapes();
      return l;
    }

    private void checkShapes() {
      Shape s = query.shape();
      checkWidth("key", key, heads * keySize);
      checkWidth("value", value, heads * valueSize);
      if (decay != null) {
        checkWidth("decay", decay, decay.shape().dim(-1) == heads ? heads : heads * keySize);
      }
      if (beta != null) {
        checkWidth("beta", beta, beta.shape().dim(-1) == 1 ? 1 : heads);
      }
      check(s.dim(0) > 0 && keySize > 0 && valueSize > 0, "expected elements, found " + query);
    }

    private void checkWidth(String what, OnnxTensor t, int width) {
      check(
          t.shape().equals(query.shape().with(2, width)),
          what + ": expected " + query.shape().with(2, width) + ", found " + t);
    }

    /** An element of a token; the last axis may be one for each head, or one for all. */
    static double at(OnnxTensor t, int token, int head, int i, int heads) {
      int width = t.shape().dim(2);
      int perHead = Math.max(1, width / heads);
      return t.real(token * width + (width == 1 ? 0 : head * perHead + i % perHead));
    }
  }

  private static void check(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  /**
   * Attention by a matrix for each head that goes from token to token: {@code S = S + k v^T}, of
   * which the token reads {@code scale q^T S}. Gated, what is there fades by {@code exp(decay)}
   * before; with the delta rule, v is what is missing of it, times beta: {@code beta (v - S^T k)}.
   */
  static List<OnnxTensor> linearAttention(NodeCall call) throws ModelFormatException {
    String rule = call.text("update_rule", "gated_delta");
    check(
        List.of("linear", "gated", "delta", "gated_delta").contains(rule),
        "attribute 'update_rule': expected linear, gated, delta or gated_delta, found " + rule);
    Linear l = Linear.of(call, rule.startsWith("gated"), rule.endsWith("delta"));
    int batch = l.query.shape().dim(0);
    Shape shape = call.bounded(batch, l.heads, l.keySize, l.valueSize);
    OnnxTensor past = call.optional(3);
    check(
        past == null || past.shape().equals(shape),
        "past_state: expected " + shape + ", found " + past);
    double[] state = new double[shape.size()];
    for (int i = 0; past != null && i < state.length; i++) {
      state[i] = past.real(i);
    }
    double asked = call.real("scale", 0);
    double scale = asked == 0 ? 1 / Math.sqrt(l.keySize) : asked;
    int tokens = l.query.shape().dim(1);
    Shape result = call.bounded(batch, tokens, l.queries * l.valueSize);
    NodeCall.checkWork((double) result.size() * l.keySize);
    double[] y = new double[result.size()];
    for (int token = 0; token < batch * tokens; token++) {
      for (int h = 0; h < l.heads; h++) {
        int first = (token / tokens * l.heads + h) * l.keySize * l.valueSize;
        update(l, token, h, state, first);
        int shared = l.queries / l.heads;
        for (int q = h * shared; q < (h + 1) * shared; q++) {
          read(l, token, q, scale, state, first, y);
        }
      }
    }
    return List.of(
        OnnxTensor.reals(l.query.type(), result, i -> y[i]),
        OnnxTensor.reals(past == null ? l.query.type() : past.type(), shape, i -> state[i]));
  }

  private static void update(Linear l, int token, int h, double[] state, int first) {
    for (int i = 0; l.decay != null && i < l.keySize; i++) {
      double kept = Math.exp(Linear.at(l.decay, token, h, i, l.heads));
      for (int j = 0; j < l.valueSize; j++) {
        state[first + i * l.valueSize + j] *= kept;
      }
    }
    double strength = l.beta == null ? 1 : Linear.at(l.beta, token, h, 0, l.heads);
    for (int j = 0; j < l.valueSize; j++) {
      double missing = Linear.at(l.value, token, h, j, l.heads);
      for (int i = 0; l.beta != null && i < l.keySize; i++) {
        missing -= state[first + i * l.valueSize + j] * Linear.at(l.key, token, h, i, l.heads);
      }
      for (int i = 0; i < l.keySize; i++) {
        state[first + i * l.valueSize + j] +=
            strength * missing * Linear.at(l.key, token, h, i, l.heads);
      }
    }
  }

  private static void read(
      Linear l, int token, int q, double scale, double[] state, int first, double[] y) {
    for (int j = 0; j < l.valueSize; j++) {
      double sum = 0;
      for (int i = 0; i < l.keySize; i++) {
        sum += Linear.at(l.query, token, q, i, l.queries) * state[first + i * l.valueSize + j];
      }
      y[(token * l.queries + q) * l.valueSize + j] = scale * sum;
    }
  }
}
