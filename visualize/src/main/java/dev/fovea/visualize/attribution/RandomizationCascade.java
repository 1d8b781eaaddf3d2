package dev.fovea.visualize.attribution;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A test of explanations: the layers of a network are made random one after the other, from the
 * last to the first, and each time the explanation is compared with that of the trained network by
 * {@link RankCorrelation}. An explanation that stays as it was does not depend on what the network
 * has learnt: it shows the picture, such as its edges. Adebayo et al., "Sanity checks for saliency
 * maps", NeurIPS 2018, cascading randomization.
 */
public final class RandomizationCascade {
  private RandomizationCascade() {}

  /**
   * The explanation after one more layer was made random.
   *
   * @param layer name of the node
   * @param correlation of the heat map with that of the trained network
   */
  public record Step(String layer, double correlation) {}

  /**
   * Runs the test.
   *
   * @param graph the trained network; not modified
   * @param options backend and threads to run on
   * @param method what is tested
   * @param input {@code [1, C, H, W]}
   * @param seed of the random weights, those of {@link Initializer#he}; biases become 0
   * @param progress told after each layer; may cancel
   * @return a step for each node with weights, the last one first
   */
  public static List<Step> run(
      Graph graph,
      SessionOptions options,
      Attribution method,
      Tensor input,
      Target target,
      long seed,
      Progress progress) {
    float[] trained = heat(new ExplainedNetwork(graph, options), method, input, target);
    Graph copy = graph.withOutputs(target.values().toArray(String[]::new)).copy();
    List<Node> layers = new ArrayList<>();
    copy.nodes().stream().filter(n -> !weights(n).isEmpty()).forEach(n -> layers.add(0, n));
    SplittableRandom random = new SplittableRandom(seed);
    Set<Value> done = new HashSet<>();
    List<Step> steps = new ArrayList<>();
    for (Node layer : layers) {
      weights(layer).stream().filter(done::add).forEach(v -> randomize(v.tensor(), random));
      // Opened anew: what a network keeps for forward runs may hold folded weights.
      float[] now = heat(new ExplainedNetwork(copy, options), method, input, target);
      steps.add(new Step(layer.name(), RankCorrelation.of(trained, now)));
      progress.done(steps.size(), layers.size());
    }
    return steps;
  }

  private static float[] heat(
      ExplainedNetwork network, Attribution method, Tensor input, Target target) {
    return HeatMap.of(method.attribute(network, input, target), method.summary()).values();
  }

  /** The learnt tensors of a convolution or a dense layer; empty for other nodes. */
  private static List<Value> weights(Node n) {
    List<Value> learnt = n.inputs().stream().filter(v -> v.kind() == Value.Kind.PARAMETER).toList();
    return learnt.stream().anyMatch(v -> v.shape().rank() >= 2) ? learnt : List.of();
  }

  private static void randomize(Tensor weights, SplittableRandom random) {
    if (weights.shape().rank() < 2) {
      weights.fill(0);
    } else {
      int outputs = weights.shape().dim(0);
      Initializer.he().fill(weights, weights.size() / outputs, outputs, random);
    }
  }
}
