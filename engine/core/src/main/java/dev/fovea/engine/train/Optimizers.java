package dev.fovea.engine.train;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleFunction;

/**
 * The optimizers by the names users type, and all default hyper-parameters of them, with where they
 * come from.
 */
public final class Optimizers {

  /** Momentum: Krizhevsky et al., 2012, and nearly all classifiers since. */
  public static final double MOMENTUM = 0.9;

  /** Added to Adagrad's root; Duchi et al., 2011, leave it open, 1e-10 is customary. */
  public static final double ADAGRAD_EPSILON = 1e-10;

  /** Decay of the squared gradient: Tieleman and Hinton, lecture 6.5, 2012. */
  public static final double RMSPROP_DECAY = 0.9;

  /** Added to RMSprop's root. */
  public static final double RMSPROP_EPSILON = 1e-8;

  /** Decay of both averages: Zeiler, 2012. */
  public static final double ADADELTA_DECAY = 0.95;

  /** Added under both roots: Zeiler, 2012. */
  public static final double ADADELTA_EPSILON = 1e-6;

  /** Decay of the first moment: Kingma and Ba, 2015. */
  public static final double ADAM_BETA1 = 0.9;

  /** Decay of the second moment: Kingma and Ba, 2015. */
  public static final double ADAM_BETA2 = 0.999;

  /** Added to the root: Kingma and Ba, 2015. */
  public static final double ADAM_EPSILON = 1e-8;

  /** AdamW's decay where nothing else is said; Loshchilov and Hutter, 2019, tune it. */
  public static final double ADAMW_DECAY = 0.01;

  private record Entry(double rate, boolean decouples, DoubleFunction<Optimizer> create) {}

  private static final Map<String, Entry> BY_NAME =
      new TreeMap<>(
          Map.of(
              "sgd", new Entry(0.01, false, decay -> new Sgd(0)),
              "momentum", new Entry(0.01, false, decay -> new Sgd(MOMENTUM)),
              "nesterov", new Entry(0.01, false, decay -> Sgd.nesterov(MOMENTUM)),
              "adagrad", new Entry(0.01, false, decay -> new Adagrad()),
              "rmsprop", new Entry(1e-3, false, decay -> new RmsProp()),
              "adadelta", new Entry(1, false, decay -> new Adadelta()),
              "adam", new Entry(1e-3, false, decay -> new Adam()),
              "adamw", new Entry(1e-3, true, AdamW::new)));

  private Optimizers() {}

  /** The names, sorted. */
  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  /**
   * A new optimizer with the default hyper-parameters.
   *
   * @param decay of the weights, for one that {@link #decouplesDecay}; others leave it to a {@link
   *     Regularizer}
   * @throws IllegalArgumentException for an unknown name
   */
  public static Optimizer named(String name, double decay) {
    return entry(name).create.apply(decay);
  }

  /** The base learning rate its paper, or custom, starts from. */
  public static double defaultRate(String name) {
    return entry(name).rate;
  }

  /** Whether weights decay apart from the gradient, so that no L2 penalty is to be added. */
  public static boolean decouplesDecay(String name) {
    return entry(name).decouples;
  }

  private static Entry entry(String name) {
    Entry e = BY_NAME.get(name);
    if (e == null) {
      throw new IllegalArgumentException(
          "optimizer: expected one of " + names() + ", found '" + name + "'");
    }
    return e;
  }
}
