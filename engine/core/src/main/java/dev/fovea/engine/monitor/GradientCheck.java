package dev.fovea.engine.monitor;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Compares the gradients that a graph computes with numeric ones, where they arise: node by node,
 * at the activations of a run on random inputs.
 *
 * <p>For each node, {@code f = sum c_i y_i} over its outputs with random factors {@code c_i} is
 * differentiated by elements of every input and parameter of the node, and, for a parameter, along
 * a random direction through all its elements. (The plain sum would let a softmax without a
 * backward pass, as its outputs always sum to 1.) Then the chain is checked: for every value, what
 * the session says flows back into it must be the sum of what its readers say for the cotangents
 * that the session gave them. A gradient of a parameter far from the output is right if all of
 * these are.
 *
 * <p>Why not the whole network at once: moving one weight of an early layer moves thousands of
 * activations, some of which pass a kink of a ReLU at any step that float32 can resolve, so that
 * right gradients of deep networks differ from numeric ones by percents. For a node alone, four
 * digits and more agree, and a mistake has the name of its operator.
 *
 * <p>Numeric derivatives come with an estimate of their own error. A difference is a mistake only
 * where it is more than three times that error.
 */
public final class GradientCheck {

  /** Largest step for elements around 1. */
  private static final double STEP = 1.0 / 8;

  /** Tensors of smaller elements are moved as if theirs were so large: their partners are. */
  private static final double LEAST_SCALE = 1.0 / 8;

  /** Half a unit in the last place of float32, relative, with room for the sums behind it. */
  private static final double ROUNDING = 0x1p-24 * 4;

  /** Half a unit in the last place of float32 over a step of 1/32. */
  private static final double LAST_DIGIT = 0x1p-24 * 32;

  /**
   * How to check.
   *
   * @param samples elements of each tensor to differentiate by
   * @param training whether operators use batch statistics and random masks (always the same ones)
   * @param seed of inputs, factors, choice of elements and masks
   * @param backend where to compute; its tensors must be in the host's memory
   * @param threads how many threads to use; changes no result
   */
  public record Options(int samples, boolean training, long seed, Backend backend, int threads) {}

  /** Is told how far the check is, and may end it by an exception. */
  @FunctionalInterface
  public interface Progress {
    /** {@code done} of {@code total} nodes are checked; now {@code name} is. */
    void node(int done, int total, String name);
  }

  private final Graph graph;
  private final Options options;
  private final Session session;
  private final SplittableRandom random;
  private final Map<Value, Tensor> flowing = new LinkedHashMap<>();
  private final Map<Value, Tensor> chained = new LinkedHashMap<>();
  private final Set<Value> unknown = new HashSet<>();
  private final List<TensorCheck> found = new ArrayList<>();

  /**
   * Prepares a check.
   *
   * @param graph is not changed
   * @param inputShapes one for each input; a batch of 2 shows what a batch of 1 hides
   * @throws dev.fovea.engine.graph.GraphException if the shapes do not fit
   */
  public GradientCheck(Graph graph, List<Shape> inputShapes, Options options) {
    this.graph = graph.copy();
    this.options = options;
    this.random = new SplittableRandom(options.seed());
    // All values are kept, with their gradients.
    this.session =
        new Session(
            this.graph,
            new SessionOptions(
                options.backend(),
                options.threads(),
                options.training(),
                names(v -> v.kind() == Value.Kind.COMPUTED),
                true,
                List.of(),
                names(v -> v.tensor() == null && isReal(v)),
                options.seed()),
            inputShapes.toArray(Shape[]::new));
  }

  /** Indices and truth values have no gradients. */
  private static boolean isReal(Value v) {
    return v.type() == ElementType.FLOAT;
  }

  private List<String> names(Predicate<Value> which) {
    return graph.nodes().stream()
        .flatMap(n -> Stream.concat(n.inputs().stream(), n.outputs().stream()))
        .filter(which)
        .map(Value::name)
        .distinct()
        .toList();
  }

  /** Checks every input of every node, in the order of execution, and then the chain. */
  public List<TensorCheck> run(Progress progress) {
    propagate();
    List<Node> nodes = graph.nodes();
    for (Node node : nodes) {
      progress.node(nodes.indexOf(node), nodes.size(), node.name());
      check(node);
    }
    flowing.forEach(this::checkChain);
    return found;
  }

  /** A run of the whole graph on random inputs, from random cotangents of its outputs. */
  private void propagate() {
    for (int i = 0; i < graph.inputs().size(); i++) {
      session.input(i).copyFrom(factors(graph.inputs().get(i), session.input(i).shape()));
    }
    session.setStep(0);
    session.forward();
    for (String name : session.options().outputs()) {
      Value v = graph.value(name);
      if (!isReal(v)) {
        continue;
      }
      Tensor cotangent = session.cotangent(name).fill(0);
      if (graph.outputs().contains(v)) {
        cotangent.copyFrom(draw(cotangent.shape()));
        chained.put(v, cotangent.copy());
      }
    }
    session.zeroGradients();
    session.backward();
    session.options().gradients().forEach(n -> flowing.put(graph.value(n), session.gradient(n)));
    flowing.putAll(session.parameterGradients());
  }

  /** Elements of either sign in 0.25..1, none of them near nothing. */
  private Tensor draw(Shape shape) {
    Tensor t = Tensor.zeros(shape);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = (float) random.nextDouble(0.25, 1) * (random.nextBoolean() ? 1 : -1);
    }
    return t;
  }

  /** Random factors; for indices and truth values zeros, which are always possible ones. */
  private Tensor factors(Value v, Shape shape) {
    return isReal(v) ? draw(shape) : Tensor.zeros(shape);
  }

  private void check(Node node) {
    List<Tensor> inputs = node.inputs().stream().map(v -> session.value(v.name())).toList();
    NodeRun run = new NodeRun(node, inputs, options);
    List<Tensor> base = run.forward().stream().map(Tensor::copy).toList();
    chain(node, run, base);
    List<Tensor> factors = new ArrayList<>();
    for (Value v : node.outputs()) {
      factors.add(factors(v, base.get(factors.size()).shape()));
    }
    List<Tensor> gradients = run.backward(factors).stream().map(Tensor::copy).toList();
    for (int i = 0; i < node.inputs().size(); i++) {
      Value by = node.inputs().get(i);
      if (flowing.containsKey(by)) {
        Movement movement = new Movement(run, i, base, factors);
        boolean all = by.kind() == Value.Kind.PARAMETER;
        found.add(
            compare(movement, gradients.get(i).toArray(), all)
                .result(node.name(), node.op().spec().name(), by.name(), inputs.get(i).shape()));
      }
    }
  }

  private Tally compare(Movement movement, float[] gradient, boolean all) {
    // What moves the outputs by less than their last digit cannot be seen.
    double invisible =
        LAST_DIGIT * movement.base.stream().mapToDouble(t -> rms(t.toArray())).max().orElse(0);
    Tally tally = new Tally(Math.max(TensorCheck.PASS * rms(gradient), invisible));
    double scale = Math.max(rms(movement.origin), LEAST_SCALE);
    double h = Math.scalb(STEP, Math.getExponent(scale));
    for (int element : elements(gradient.length)) {
      tally.add(
          element, gradient[element], CentralDifferences.estimate(t -> movement.of(element, t), h));
    }
    if (all && gradient.length > 1) {
      double[] direction = direction(gradient.length);
      double slope = 0;
      for (int i = 0; i < gradient.length; i++) {
        slope += direction[i] * gradient[i];
      }
      tally.add(-1, slope, CentralDifferences.estimate(t -> movement.along(direction, t), h));
    }
    return tally;
  }

  private static double rms(float[] values) {
    double sum = 0;
    for (float v : values) {
      sum += (double) v * v;
    }
    return Math.sqrt(sum / Math.max(1, values.length));
  }

  /** Random elements, each at most once. */
  private int[] elements(int size) {
    return size <= options.samples()
        ? IntStream.range(0, size).toArray()
        : random.ints(0, size).distinct().limit(options.samples()).toArray();
  }

  /** Of length 1, signs and lengths of elements at random. */
  private double[] direction(int size) {
    double[] d = random.doubles(size, 0.5, 1).map(v -> random.nextBoolean() ? v : -v).toArray();
    double length = Math.sqrt(Arrays.stream(d).map(v -> v * v).sum());
    Arrays.setAll(d, i -> d[i] / length);
    return d;
  }

  /** How {@code f} of a node changes when one of its inputs is moved. */
  private static final class Movement {
    private final NodeRun run;
    private final Tensor x;
    private final float[] origin;
    private final List<Tensor> base;
    private final List<Tensor> factors;

    Movement(NodeRun run, int input, List<Tensor> base, List<Tensor> factors) {
      this.run = run;
      this.x = run.input(input);
      this.origin = x.toArray();
      this.base = base;
      this.factors = factors;
    }

    /** One element is moved by {@code t}, and put back. */
    CentralDifferences.Change of(int element, double t) {
      x.array()[x.offset() + element] = (float) (origin[element] + t);
      CentralDifferences.Change change = change();
      x.array()[x.offset() + element] = origin[element];
      return change;
    }

    /** All elements are moved by {@code t} times a direction, and put back. */
    CentralDifferences.Change along(double[] direction, double t) {
      for (int i = 0; i < origin.length; i++) {
        x.array()[x.offset() + i] = (float) (origin[i] + t * direction[i]);
      }
      CentralDifferences.Change change = change();
      System.arraycopy(origin, 0, x.array(), x.offset(), origin.length);
      return change;
    }

    /** Outputs that are the same bits as before add no noise. */
    private CentralDifferences.Change change() {
      List<Tensor> outputs = run.forward();
      double value = 0;
      double noise = 0;
      for (int k = 0; k < outputs.size(); k++) {
        for (int i = 0; i < outputs.get(k).size(); i++) {
          double before = base.get(k).get(i);
          double moved = outputs.get(k).get(i) - before;
          if (moved != 0) {
            double factor = factors.get(k).get(i);
            value += factor * moved;
            noise += Math.pow(factor * before * ROUNDING, 2);
          }
        }
      }
      return new CentralDifferences.Change(value, Math.sqrt(noise));
    }
  }

  /** Adds up what a node says flows back into its inputs. */
  private void chain(Node node, NodeRun run, List<Tensor> outputs) {
    List<Tensor> cotangents = new ArrayList<>();
    for (Tensor output : outputs) {
      Value v = node.outputs().get(cotangents.size());
      cotangents.add(flowing.getOrDefault(v, Tensor.zeros(output.shape())));
    }
    List<Tensor> gradients = run.backward(cotangents);
    for (int i = 0; i < node.inputs().size(); i++) {
      Value v = node.inputs().get(i);
      if (!flowing.containsKey(v)) {
        continue;
      }
      Tensor sum = chained.computeIfAbsent(v, k -> Tensor.zeros(session.value(k.name()).shape()));
      for (int k = 0; k < sum.size(); k++) {
        sum.array()[k] += gradients.get(i).get(k);
      }
      if (!sameOutputs(node, outputs)) {
        // A random mask: alone, the node draws another one.
        unknown.add(v);
      }
    }
  }

  private boolean sameOutputs(Node node, List<Tensor> outputs) {
    return IntStream.range(0, outputs.size())
        .allMatch(
            i ->
                Arrays.equals(
                    outputs.get(i).toArray(),
                    session.value(node.outputs().get(i).name()).toArray()));
  }

  /** What flows back into a value against what its readers say; relative to the largest element. */
  private void checkChain(Value v, Tensor session) {
    if (unknown.contains(v)) {
      return;
    }
    Tensor sum = chained.getOrDefault(v, Tensor.zeros(session.shape()));
    double largest = 0;
    int worst = 0;
    for (int i = 0; i < sum.size(); i++) {
      largest = Math.max(largest, Math.abs(sum.get(i)));
      if (!(difference(session, sum, i) <= difference(session, sum, worst))) {
        worst = i;
      }
    }
    double error = difference(session, sum, worst);
    if (error > 0) {
      error /= Math.max(largest, Math.abs(session.get(worst)));
    }
    found.add(TensorCheck.ofSum(v.name(), session, sum, error, worst));
  }

  private static double difference(Tensor a, Tensor b, int i) {
    return Math.abs((double) a.get(i) - b.get(i));
  }
}
