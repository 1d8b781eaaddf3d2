package dev.fovea.benchmarks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.architecture.Architectures;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What the passes for inference are worth: networks as they are built and in the form for inference
 * take turns on one image, so that whatever else the machine does meets both alike. Prints the
 * median times and the median of the ratios, with the quartiles.
 *
 * <p>Arguments: rounds, threads; then names of architectures.
 */
public final class PassesBenchmark {

  private static final int CHANNELS = 3;
  private static final int SIZE = 224;
  private static final int CLASSES = 1000;
  private static final int WARM_UP = 5;
  private static final long SEED = 1;

  private PassesBenchmark() {}

  /** Runs it. */
  public static void main(String[] args) {
    int rounds = Integer.parseInt(args[0]);
    int threads = Integer.parseInt(args[1]);
    List<String> names = List.of(args).subList(2, args.length);
    System.out.println("network       nodes      as built  for inference  ratio (quartiles)");
    for (String name : names) {
      compare(name, rounds, threads);
    }
  }

  private static void compare(String name, int rounds, int threads) {
    Graph built = Architectures.named(name).build(CHANNELS, SIZE, SIZE, CLASSES, SEED);
    Graph rewritten = Passes.forInference(built);
    Tensor image = image();
    SessionOptions options = SessionOptions.inference().withThreads(threads);
    Session before = new Session(built, options, image.shape());
    Session after = new Session(rewritten, options, image.shape());
    double[] times = new double[rounds];
    double[] fewer = new double[rounds];
    double[] ratios = new double[rounds];
    for (int i = -WARM_UP; i < rounds; i++) {
      double slow = milliseconds(before, image);
      double fast = milliseconds(after, image);
      if (i >= 0) {
        times[i] = slow;
        fewer[i] = fast;
        ratios[i] = slow / fast;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%-12s %4d %4d %9.1f ms %11.1f ms  %.2f (%.2f to %.2f)%n",
        name,
        built.nodes().size(),
        rewritten.nodes().size(),
        quantile(times, 0.5),
        quantile(fewer, 0.5),
        quantile(ratios, 0.5),
        quantile(ratios, 0.25),
        quantile(ratios, 0.75));
  }

  private static double milliseconds(Session session, Tensor image) {
    long start = System.nanoTime();
    session.forward(image);
    return (System.nanoTime() - start) / 1e6;
  }

  private static double quantile(double[] values, double q) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.round(q * (sorted.length - 1))];
  }

  private static Tensor image() {
    SplittableRandom random = new SplittableRandom(SEED);
    Tensor t = Tensor.zeros(Shape.of(1, CHANNELS, SIZE, SIZE));
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = (float) (2 * random.nextDouble() - 1);
    }
    return t;
  }
}
