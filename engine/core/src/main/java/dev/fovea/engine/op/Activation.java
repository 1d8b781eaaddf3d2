package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * A function of a gate of a recurrent layer.
 *
 * @param kind which function
 * @param alpha its first parameter; 0 where it has none
 * @param beta its second parameter; 0 where it has none
 */
public record Activation(Kind kind, float alpha, float beta) {

  /** The functions of ONNX. */
  public enum Kind {
    /** {@code alpha x + beta}. */
    AFFINE("Affine", null, 1, 0),
    /** {@code max(x, 0)}. */
    RELU("Relu", Unary.RELU),
    /** {@code x} where positive, else {@code alpha x}. */
    LEAKY_RELU("LeakyRelu", Unary.LEAKY_RELU, 0.01f),
    /** {@code x} where larger than alpha, else 0. */
    THRESHOLDED_RELU("ThresholdedRelu", Unary.THRESHOLDED_RELU, 1),
    /** Hyperbolic tangent. */
    TANH("Tanh", Unary.TANH),
    /** {@code alpha tanh(beta x)}. */
    SCALED_TANH("ScaledTanh", null, 1, 1),
    /** {@code 1 / (1 + exp(-x))}. */
    SIGMOID("Sigmoid", Unary.SIGMOID),
    /** {@code alpha x + beta}, clipped to 0..1. */
    HARD_SIGMOID("HardSigmoid", Unary.HARD_SIGMOID, 0.2f, 0.5f),
    /** {@code x} where positive, else {@code alpha (exp(x) - 1)}. */
    ELU("Elu", Unary.ELU, 1),
    /** {@code x / (1 + |x|)}. */
    SOFTSIGN("Softsign", Unary.SOFTSIGN),
    /** {@code log(1 + exp(x))}. */
    SOFTPLUS("Softplus", Unary.SOFTPLUS);

    private final String onnx;
    private final Unary function;
    private final float[] defaults;

    Kind(String onnx, Unary function, float... defaults) {
      this.onnx = onnx;
      this.function = function;
      this.defaults = defaults;
    }

    private static Kind named(String name) {
      for (Kind k : values()) {
        if (k.onnx.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
          return k;
        }
      }
      throw new IllegalArgumentException(
          "attribute 'activations': found '" + name + "', which is none of ONNX's");
    }
  }

  /** The usual function of a gate. */
  public static final Activation SIGMOID = of(Kind.SIGMOID);

  /** The usual function of a candidate. */
  public static final Activation TANH = of(Kind.TANH);

  private static final String NAMES = "activations";
  private static final String ALPHA = "activation_alpha";
  private static final String BETA = "activation_beta";

  /** A function with ONNX's own parameters. */
  public static Activation of(Kind kind) {
    return new Activation(kind, parameter(kind, 0), parameter(kind, 1));
  }

  private static float parameter(Kind kind, int i) {
    return i < kind.defaults.length ? kind.defaults[i] : 0;
  }

  /**
   * The functions that ONNX attributes name, in any case of letters. Parameters are taken from
   * their lists in order by the functions that have one.
   *
   * @param usual what is meant where nothing is said; also the number of functions
   */
  static List<Activation> read(Attributes a, List<Activation> usual) {
    if (!a.values().containsKey(NAMES)) {
      return usual;
    }
    List<?> names = list(a, NAMES);
    if (names.size() != usual.size()) {
      throw new IllegalArgumentException(
          "attribute 'activations': expected " + usual.size() + " functions, found " + names);
    }
    Iterator<?> alphas = list(a, ALPHA).iterator();
    Iterator<?> betas = list(a, BETA).iterator();
    List<Activation> all = new ArrayList<>();
    for (Object name : names) {
      Kind kind = Kind.named(String.valueOf(name));
      all.add(new Activation(kind, next(kind, 0, alphas), next(kind, 1, betas)));
    }
    if (alphas.hasNext() || betas.hasNext()) {
      throw new IllegalArgumentException(
          "attributes 'activation_alpha' and 'activation_beta': found more values than "
              + names
              + " have parameters");
    }
    return all;
  }

  private static List<?> list(Attributes a, String name) {
    return a.values().get(name) instanceof List<?> list ? list : List.of();
  }

  private static float next(Kind kind, int parameter, Iterator<?> given) {
    boolean takes = parameter < kind.defaults.length && given.hasNext();
    return takes && given.next() instanceof Float f ? f : parameter(kind, parameter);
  }

  /** Adds the functions to attributes, without those that are in them. */
  static Attributes write(Attributes to, List<Activation> functions, List<Activation> usual) {
    Attributes a = to.without(NAMES).without(ALPHA).without(BETA);
    if (functions.equals(usual)) {
      return a;
    }
    a = a.withValue(NAMES, functions.stream().map(f -> f.kind.onnx).toList());
    List<Float> alphas =
        functions.stream().filter(f -> f.kind.defaults.length > 0).map(f -> f.alpha).toList();
    List<Float> betas =
        functions.stream().filter(f -> f.kind.defaults.length > 1).map(f -> f.beta).toList();
    a = alphas.isEmpty() ? a : a.withValue(ALPHA, alphas);
    return betas.isEmpty() ? a : a.withValue(BETA, betas);
  }

  /** Whether the derivative is computed from the function's value alone. */
  boolean derivativeFromValue() {
    return kind.function != null && kind.function.derivativeFromValue();
  }

  /** {@code y = f(x)}; y may be x itself where the derivative is computed from the value. */
  void apply(Kernels k, Tensor x, Tensor y) {
    switch (kind) {
      case AFFINE -> {
        k.fill(beta, y);
        k.axpby(alpha, x, 1, y);
      }
      case SCALED_TANH -> {
        k.axpby(beta, x, 0, y);
        k.unary(Unary.TANH, 0, 0, y, y);
        k.axpby(alpha, y, 0, y);
      }
      default -> k.unary(kind.function, alpha, scale(), x, y);
    }
  }

  /** {@code to = f'(x) dy}; x is not read where the derivative is computed from the value. */
  void derivative(Kernels k, Tensor x, Tensor y, Tensor dy, Tensor to) {
    switch (kind) {
      case AFFINE -> k.axpby(alpha, dy, 0, to);
      case SCALED_TANH -> {
        // alpha beta (1 - tanh^2), where tanh = y / alpha.
        k.binary(Binary.MUL, y, y, to);
        k.binary(Binary.MUL, to, dy, to);
        k.axpby(alpha * beta, dy, alpha == 0 ? 0 : -beta / alpha, to);
      }
      default -> {
        k.fill(0, to);
        k.unaryBackward(kind.function, alpha, scale(), x, y, dy, to);
      }
    }
  }

  /** The kernel of Elu has a factor of its own in place of a second parameter. */
  private float scale() {
    return kind == Kind.ELU ? 1 : beta;
  }
}
