package dev.fovea.visualize.features;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.SessionPool;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.tensor.Tensor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A sum of losses on the features that a network computes of a picture, {@code sum_l w_l
 * L_l(F_l(picture))}, with its gradient by the picture. Any graph with one input, any of its
 * values. Thread-safe.
 */
public final class FeatureObjective implements PictureObjective {

  /**
   * A loss on one layer.
   *
   * @param layer name of a value of the graph
   * @param weight factor of the loss
   * @param loss what is computed of the layer
   */
  public record Term(String layer, double weight, FeatureLoss loss) {}

  private final SessionPool sessions;
  private final String input;
  private final List<Term> terms;
  private final Set<String> layers = new LinkedHashSet<>();

  /**
   * An objective.
   *
   * @param graph the network; what its layers do not need is not computed
   * @param terms one or more; several on one layer are added
   * @param options backend and threads to run on
   * @throws GraphException if a layer is unknown
   */
  public FeatureObjective(Graph graph, List<Term> terms, SessionOptions options) {
    this.terms = List.copyOf(terms);
    this.terms.forEach(t -> layers.add(t.layer()));
    this.input = graph.inputs().get(0).name();
    String[] names = layers.toArray(String[]::new);
    this.sessions =
        differentiating(graph.withOutputs(names), options.withOutputs(names).withGradients(input));
  }

  /**
   * Sessions with gradients, on the form of the graph that is fastest for the shapes of its inputs.
   */
  public static SessionPool differentiating(Graph graph, SessionOptions options) {
    return new SessionPool(
        graph, options, (g, shapes) -> Passes.plannedForTraining(g, options, shapes));
  }

  @Override
  public double evaluate(Tensor picture, Tensor gradient) {
    return sessions.with(List.of(picture.shape()), s -> evaluate(s, picture, gradient));
  }

  private double evaluate(Session session, Tensor picture, Tensor gradient) {
    session.forward(picture);
    double value = 0;
    for (String layer : layers) {
      Tensor features = Tensor.zeros(session.value(layer).shape());
      sessions.options().backend().download(session.value(layer), features);
      Tensor cotangent = Tensor.zeros(features.shape());
      Tensor part = Tensor.zeros(features.shape());
      for (Term term : terms) {
        if (term.layer().equals(layer)) {
          value += term.weight() * term.loss().evaluate(features, part);
          float weight = (float) term.weight();
          for (int i = 0; i < part.size(); i++) {
            cotangent.array()[i] += weight * part.array()[i];
          }
        }
      }
      sessions.options().backend().upload(cotangent, session.cotangent(layer));
    }
    session.backward();
    sessions.options().backend().download(session.gradient(input), gradient);
    return value;
  }
}
