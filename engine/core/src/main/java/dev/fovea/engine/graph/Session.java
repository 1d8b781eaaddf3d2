package dev.fovea.engine.graph;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A graph opened for given input shapes: memory is planned once, then any number of runs. It reads
 * and (in training) updates the tensors of the graph itself, so it sees every change of the
 * weights.
 *
 * <p>Not thread-safe; open one for each thread, or use a {@link SessionPool}. Holds no resources
 * that would need closing on host backends.
 *
 * <p>Time is counted in steps: node {@code i} of {@code n} runs forward in step {@code i} and
 * backward in step {@code 2n - 1 - i}; a value's memory is kept from the step that computes it to
 * the last that reads it. What the caller asked for is kept to the end.
 */
public final class Session {

  private final SessionOptions options;
  private final Kernels kernels;
  private final List<Value> inputs;
  private final List<Value> outputs;
  private final List<Step> steps = new ArrayList<>();
  private final Map<Value, Tensor> tensors = new HashMap<>();
  private final Map<Value, Tensor> gradients = new HashMap<>();
  private final Map<Value, Tensor> parameterGradients = new LinkedHashMap<>();
  private final Map<Value, UnaryOperator<Tensor>> cuts = new HashMap<>();
  private final Graph graph;
  private final SessionPlan plan;
  private final long plannedBytes;
  private final long unsharedBytes;
  private Observer observer;
  private long stepSeed;
  private boolean ran;

  /**
   * Opens a graph.
   *
   * @param inputShapes a shape for each input of the graph, in order
   * @throws GraphException if the shapes do not fit, a name is unknown, or the heap has no room for
   *     what is planned; says then how large a batch might be
   */
  public Session(Graph graph, SessionOptions options, Shape... inputShapes) {
    this.graph = graph;
    this.options = options;
    this.kernels = options.backend().kernels(options.threads());
    this.inputs = graph.inputs();
    this.plan = new SessionPlan(graph, options, List.of(inputShapes));
    this.outputs = plan.outputs();
    plannedBytes = plan.memory().bytes();
    unsharedBytes = plan.memory().requestedBytes();
    try {
      if (plan.exceedsHeap()) {
        throw tooLarge(List.of(inputShapes), null);
      }
      bind(plan.memory().allocate(options.backend()));
    } catch (OutOfMemoryError e) {
      // Large arrays that were not made leave nothing behind.
      throw tooLarge(List.of(inputShapes), e);
    }
  }

  private GraphException tooLarge(List<Shape> inputShapes, OutOfMemoryError cause) {
    return new GraphException(
        "graph '" + graph.name() + "': " + plan.summary().tooLarge(graph, inputShapes), cause);
  }

  private void bind(MemoryPlan.Allocation memory) {
    List<Node> nodes = plan.nodes();
    for (Value v : graph.values()) {
      if (v.tensor() != null) {
        tensors.put(v, deviceTensor(v));
      }
    }
    memory
        .tensors()
        .forEach(
            (key, t) -> {
              if (key instanceof Value v) {
                tensors.put(v, t);
              } else if (key instanceof SessionPlan.GradientKey g) {
                gradients.put(g.value(), t);
              }
            });
    plan.root().forEach((v, r) -> tensors.put(v, tensors.get(r).reshape(plan.shape(v))));
    for (Value v : plan.wanted()) {
      if (v.kind() == Value.Kind.PARAMETER) {
        Tensor g = options.backend().allocate(v.shape());
        gradients.put(v, g);
        parameterGradients.put(v, g);
      } else if (v.tensor() != null) {
        gradients.put(v, options.backend().allocate(v.shape()));
      }
    }
    Set<Value> zeroed = new HashSet<>(outputs);
    List<List<Value>> zeroAt = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      List<Value> zero = new ArrayList<>();
      if (plan.runsBackward(nodes.get(i))) {
        // Outputs too: nobody adds to the gradient of one that nobody reads.
        Stream.concat(nodes.get(i).outputs().stream(), nodes.get(i).inputs().stream())
            .filter(v -> gradients.containsKey(v) && plan.flowing().contains(v))
            .filter(v -> v.kind() != Value.Kind.PARAMETER && zeroed.add(v))
            .forEach(zero::add);
      }
      zeroAt.add(0, zero);
    }
    nodes.forEach(this::addCuts);
    for (int i = 0; i < nodes.size(); i++) {
      steps.add(new Step(nodes.get(i), i, zeroAt.get(i), memory));
    }
  }

  private Tensor deviceTensor(Value v) {
    Backend b = options.backend();
    Tensor own = b.allocate(Shape.of(0));
    if (own.storage().getClass() == v.tensor().storage().getClass()) {
      return v.tensor();
    }
    Tensor t = b.allocate(v.shape());
    b.upload(v.tensor(), t);
    return t;
  }

  /** The graph this session runs. */
  public Graph graph() {
    return graph;
  }

  /** The options it was opened with. */
  public SessionOptions options() {
    return options;
  }

  /** The memory of an input, to be filled before a run; in the backend's memory. */
  public Tensor input(int i) {
    return tensors.get(inputs.get(i));
  }

  /** Bytes of activations, gradients and scratch this session holds, weights not counted. */
  public long plannedBytes() {
    return plannedBytes;
  }

  /** What {@link #plannedBytes} would be if no memory were shared. */
  public long unsharedBytes() {
    return unsharedBytes;
  }

  /**
   * The memory that a session would take, found from shapes: nothing is allocated.
   *
   * @param inputShapes a shape for each input of the graph, in order
   * @throws GraphException if the shapes do not fit or a name is unknown
   */
  public static PlannedMemory planned(
      Graph graph, SessionOptions options, List<Shape> inputShapes) {
    return new SessionPlan(graph, options, inputShapes).summary();
  }

  /**
   * Runs forward on what the inputs hold.
   *
   * @return the first output, as {@link #value} shows it; valid until the next run
   */
  public Tensor forward() {
    for (Step s : steps) {
      s.forward();
      if (observer != null) {
        s.show(observer::forward, s.out);
      }
    }
    ran = true;
    stepSeed++;
    return shown(outputs.get(0));
  }

  /**
   * Copies host tensors into the inputs and runs forward.
   *
   * @return the first output, as {@link #value} shows it; valid until the next run
   */
  public Tensor forward(Tensor... host) {
    if (host.length != inputs.size()) {
      throw new GraphException("expected " + inputs.size() + " inputs, found " + host.length);
    }
    for (int i = 0; i < host.length; i++) {
      if (!host[i].shape().equals(input(i).shape())) {
        throw new GraphException(
            "input '"
                + inputs.get(i).name()
                + "': this session was opened for "
                + input(i).shape()
                + ", found "
                + host[i].shape());
      }
      inputs.get(i).type().check("input '" + inputs.get(i).name() + "'", host[i]);
      options.backend().upload(host[i], input(i));
    }
    return forward();
  }

  /**
   * A value after a run, in the session's memory: an input, a tensor of the model, or one of the
   * outputs this session was opened for. An output whose extents depend on data is shown with those
   * of the last run, in memory of the host.
   *
   * @throws GraphException for values whose memory is reused during the run
   */
  public Tensor value(String name) {
    Value v = graph.value(name);
    if (v.kind() == Value.Kind.COMPUTED && !outputs.contains(v)) {
      throw new GraphException(
          "value '" + name + "' is not kept: name it among the session's outputs");
    }
    return shown(v);
  }

  private Tensor shown(Value v) {
    UnaryOperator<Tensor> cut = cuts.get(v);
    return cut == null ? tensors.get(v) : cut.apply(tensors.get(v));
  }

  /** How the outputs of a node are shown whose extents depend on data. */
  private void addCuts(Node n) {
    for (int i = 0; i < n.outputs().size(); i++) {
      if (n.op().sizedByData(i)) {
        int output = i;
        cuts.put(
            n.outputs().get(i),
            t -> {
              Tensor host = Tensor.zeros(t.shape());
              options.backend().download(t, host);
              return n.op().cut(output, host);
            });
      }
    }
  }

  /**
   * Lets somebody look at every value and its gradient at the moment it is complete: most of them
   * are not kept, their memory is used again within the run.
   *
   * @param observer sees all runs from now on; null for nobody
   */
  public void observe(Observer observer) {
    this.observer = observer;
  }

  /**
   * Looks on at the runs of a session. The tensors are the session's own: to be read during the
   * call, not to be changed or kept.
   */
  public interface Observer {

    /** A value was computed; in the order of the nodes. */
    default void forward(Value value, Tensor tensor) {}

    /** The gradient of a computed value is complete; in the opposite order of the nodes. */
    default void backward(Value value, Tensor gradient) {}
  }

  /**
   * The cotangent of an output, to be filled before {@link #backward()}: the derivative of what is
   * wanted by each element of that output. In the session's memory; {@link #backward()} spoils it.
   */
  public Tensor cotangent(String output) {
    Value v = graph.value(output);
    if (!outputs.contains(v) || !gradients.containsKey(v)) {
      throw new GraphException(
          "no cotangent for '"
              + output
              + "': expected an output of this session that depends on a wanted gradient");
    }
    return gradients.get(v);
  }

  /**
   * Runs backward from the cotangents of <b>all</b> outputs of this session to every wanted
   * gradient. Gradients of parameters are added to what they hold (see {@link #zeroGradients});
   * those of other values start from zero each time. Each backward run needs a forward run of its
   * own, whose activations it overwrites.
   *
   * @throws IllegalStateException if there was no forward run since the last backward run
   */
  public void backward() {
    if (!ran) {
      throw new IllegalStateException(
          "backward: expected a forward run before each backward run, found none");
    }
    ran = false;
    for (int i = steps.size() - 1; i >= 0; i--) {
      Step s = steps.get(i);
      if (!s.backward) {
        continue;
      }
      // First: the gradient of an output that nobody reads is zeroed in its own step.
      s.zeroGradients();
      if (observer != null) {
        s.show(observer::backward, s.outGradient);
      }
      s.backward();
    }
  }

  /**
   * The gradient of a value this session was opened to differentiate by; in the session's memory.
   *
   * @throws GraphException if it was not asked for
   */
  public Tensor gradient(String name) {
    Value v = graph.value(name);
    if (!plan.wanted().contains(v) || !gradients.containsKey(v)) {
      throw new GraphException(
          "no gradient of '"
              + name
              + "': it was not asked for when the session was opened, or no output depends on it");
    }
    return gradients.get(v);
  }

  /** The gradients of all parameters, in the order of {@link Graph#parameters}. */
  public Map<Value, Tensor> parameterGradients() {
    Map<Value, Tensor> m = new LinkedHashMap<>();
    for (Value v : graph.parameters()) {
      if (parameterGradients.containsKey(v)) {
        m.put(v, parameterGradients.get(v));
      }
    }
    return m;
  }

  /** Sets the gradients of all parameters to zero. */
  public void zeroGradients() {
    parameterGradients.values().forEach(g -> kernels.fill(0, g));
  }

  /**
   * Sets the number of the next run, on which random masks depend: a resumed training sets it to go
   * on with the same masks.
   */
  public void setStep(long step) {
    this.stepSeed = step;
  }

  /** One node with its tensors. */
  private final class Step implements Op.Forward, Op.Backward {
    private final Node node;
    private final int index;
    private final boolean training;
    private final boolean view;
    private final boolean backward;
    private final Tensor[] in;
    private final Tensor[] out;
    private final Tensor[] saved;
    private final Tensor[] scratch;
    private final Tensor[] inGradient;
    private final Tensor[] outGradient;
    private final Tensor[] zero;
    private final boolean[] fresh;

    Step(Node node, int index, List<Value> zero, MemoryPlan.Allocation memory) {
      this.node = node;
      this.index = index;
      this.training = plan.training(node);
      this.view = node.op().isView(training);
      this.backward = plan.runsBackward(node);
      this.in = node.inputs().stream().map(tensors::get).toArray(Tensor[]::new);
      this.out = node.outputs().stream().map(tensors::get).toArray(Tensor[]::new);
      this.saved = numbered(memory, k -> new SessionPlan.SavedKey(node, k));
      this.scratch = numbered(memory, k -> new SessionPlan.ScratchKey(node, k));
      this.inGradient =
          node.inputs().stream()
              .map(v -> plan.flowing().contains(v) ? gradients.get(v) : null)
              .toArray(Tensor[]::new);
      this.outGradient = node.outputs().stream().map(gradients::get).toArray(Tensor[]::new);
      this.fresh = new boolean[in.length];
      for (int i = 0; i < fresh.length; i++) {
        Value v = node.inputs().get(i);
        fresh[i] =
            node.op().startsGradient(i)
                && !view
                && zero.contains(v)
                && Collections.frequency(node.inputs(), v) == 1;
      }
      this.zero =
          zero.stream()
              .filter(v -> !node.inputs().contains(v) || !fresh[node.inputs().indexOf(v)])
              .map(gradients::get)
              .toArray(Tensor[]::new);
    }

    private static Tensor[] numbered(MemoryPlan.Allocation memory, IntFunction<Object> key) {
      List<Tensor> all = new ArrayList<>();
      for (Tensor t; (t = memory.tensors().get(key.apply(all.size()))) != null; ) {
        all.add(t);
      }
      return all.toArray(Tensor[]::new);
    }

    void forward() {
      if (!view) {
        node.op().forward(this);
      }
    }

    void show(BiConsumer<Value, Tensor> observer, Tensor[] ofOutputs) {
      for (int i = 0; i < ofOutputs.length; i++) {
        if (ofOutputs[i] != null) {
          observer.accept(node.outputs().get(i), ofOutputs[i]);
        }
      }
    }

    void zeroGradients() {
      for (Tensor t : zero) {
        kernels.fill(0, t);
      }
    }

    void backward() {
      if (view) {
        // A view may be a Dropout that is switched off; for all of them the gradient passes as it
        // is.
        kernels.axpby(1, outGradient[0], 1, inGradient[0]);
      } else {
        node.op().backward(this);
      }
    }

    @Override
    public Kernels kernels() {
      return kernels;
    }

    @Override
    public int inputs() {
      return in.length;
    }

    @Override
    public Tensor input(int i) {
      return in[i];
    }

    @Override
    public Tensor output(int i) {
      return out[i];
    }

    @Override
    public Tensor saved(int i) {
      return i < saved.length ? saved[i] : null;
    }

    @Override
    public Tensor scratch(int i) {
      return scratch[i];
    }

    @Override
    public Tensor cotangent(int i) {
      return outGradient[i];
    }

    @Override
    public Tensor gradient(int i) {
      return inGradient[i];
    }

    @Override
    public boolean fresh(int i) {
      return fresh[i];
    }

    @Override
    public boolean training() {
      return training;
    }

    @Override
    public long seed() {
      // SplitMix64's constants spread neighbouring steps and nodes over the whole range.
      long z = options.seed() + stepSeed * 0x9E3779B97F4A7C15L + index * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      return z ^ (z >>> 31);
    }
  }
}
