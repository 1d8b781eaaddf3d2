package dev.fovea.engine.graph.pass;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.SessionPool;
import dev.fovea.engine.kernel.BlockedKernels;
import dev.fovea.engine.tensor.Shape;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The passes put together, for the two uses of a graph.
 *
 * <ul>
 *   <li><b>Inference</b>, where only the outputs count: batch normalisations go into the weights,
 *       convolutions are fused with what follows, transposes cancel. What asks for outputs alone
 *       (classifiers, segmenters, files that are run) opens graphs by {@link #open}.
 *   <li><b>Training, gradients and values by name</b>: the graph as it was built or read. Trainers
 *       and explanations open that, so every value and every gradient is there. {@link
 *       #forTraining} leaves out what neither changes a gradient nor a statistic, and splits what
 *       was fused.
 * </ul>
 *
 * <p>A graph for inference has folded copies of weights: it does not see later changes of those it
 * was made from.
 */
public final class Passes {

  private static final List<GraphPass> INFERENCE =
      List.of(
          new NoOperationRemoval(false),
          new ConstantFolding(false),
          new TransposeMotion(false),
          new CommonSubexpressions(false),
          new SigmoidGates(),
          new ChannelFolding(),
          new ConvFusion());

  private static final List<GraphPass> TRAINING =
      List.of(
          new ConvSplitting(),
          new NoOperationRemoval(true),
          new ConstantFolding(true),
          new TransposeMotion(true),
          new CommonSubexpressions(true));

  /** Beyond what any network needs; a file could be made to need as many as it has nodes. */
  private static final int MOST_ROUNDS = 16;

  private Passes() {}

  /**
   * The graph for inference; applied again, it stays as it is, unless it has more constants to fold
   * than {@link ConstantFolding} takes at once.
   *
   * @param kept names of values that must stay, besides inputs and outputs
   * @throws dev.fovea.engine.graph.GraphException if there is no value of a name
   */
  public static Graph forInference(Graph graph, String... kept) {
    return applied(INFERENCE, graph, Set.of(kept));
  }

  /**
   * The graph for training: its parameters, and all outputs and gradients of both kinds of runs,
   * are those of the graph that is given; only that each Dropout draws other elements.
   *
   * @param kept names of values that must stay, besides inputs and outputs
   * @throws dev.fovea.engine.graph.GraphException if there is no value of a name
   */
  public static Graph forTraining(Graph graph, String... kept) {
    return applied(TRAINING, graph, Set.of(kept));
  }

  /**
   * Each pass after the other, until none finds anything to do. Constants are folded once: in each
   * further round that pass would take what its bound has left over.
   */
  private static Graph applied(List<GraphPass> passes, Graph graph, Set<String> kept) {
    Graph before = null;
    Graph now = graph;
    for (int round = 0; round < MOST_ROUNDS && now != before; round++) {
      before = now;
      for (GraphPass p : passes) {
        if (round == 0 || !(p instanceof ConstantFolding)) {
          now = p.apply(now, kept);
        }
      }
    }
    return now;
  }

  /**
   * Opens a graph to be run: in the form for inference if the options ask for outputs alone, else
   * as it is. The outputs that they name stay. Where the backend is faster on channel-blocked
   * images, each session runs a form of the graph made for the shapes of its inputs ({@link
   * BlockedLayout}).
   */
  public static SessionPool open(Graph graph, SessionOptions options) {
    if (!outputsOnly(options)) {
      return new SessionPool(graph, options);
    }
    Set<String> named = new HashSet<>(options.outputs());
    return new SessionPool(
        forInference(graph, named.toArray(String[]::new)), options, planner(options, named));
  }

  /**
   * The graph that a session of {@link #open} runs on inputs of some shapes.
   *
   * @throws dev.fovea.engine.graph.GraphException if the shapes do not fit
   */
  public static Graph planned(Graph graph, SessionOptions options, List<Shape> inputs) {
    if (!outputsOnly(options)) {
      return graph;
    }
    Set<String> named = new HashSet<>(options.outputs());
    Graph inference = forInference(graph, named.toArray(String[]::new));
    return planner(options, named).apply(inference, inputs);
  }

  /**
   * The graph for a session with gradients on inputs of some shapes: as it is, with the very same
   * parameters, but on channel-blocked images where the backend is faster on these. Values in
   * between have other names and shapes then; only those that the options name stay. Each Dropout
   * may draw other elements.
   *
   * @throws dev.fovea.engine.graph.GraphException if the shapes do not fit
   */
  public static Graph plannedForTraining(Graph graph, SessionOptions options, List<Shape> inputs) {
    Optional<BlockedKernels> blocked = options.backend().kernels(options.threads()).blocked();
    if (blocked.isEmpty()) {
      return graph;
    }
    Set<String> named = new HashSet<>(options.outputs());
    named.addAll(options.gradients());
    return new BlockedLayout(blocked.get().lanes(), options.winograd())
        .applyForTraining(graph, inputs, named);
  }

  private static boolean outputsOnly(SessionOptions options) {
    return !options.training() && !options.parameterGradients() && options.gradients().isEmpty();
  }

  private static BiFunction<Graph, List<Shape>, Graph> planner(
      SessionOptions options, Set<String> kept) {
    Optional<BlockedKernels> blocked = options.backend().kernels(options.threads()).blocked();
    if (blocked.isEmpty()) {
      return (graph, inputs) -> graph;
    }
    BlockedLayout layout = new BlockedLayout(blocked.get().lanes(), options.winograd());
    return (graph, inputs) -> layout.apply(graph, inputs, kept);
  }
}
