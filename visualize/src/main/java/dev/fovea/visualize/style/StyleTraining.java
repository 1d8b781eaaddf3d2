package dev.fovea.visualize.style;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.SessionPool;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Learner;
import dev.fovea.visualize.features.FeatureLoss;
import dev.fovea.visualize.features.FeatureObjective;
import dev.fovea.visualize.features.FeatureObjective.Term;
import dev.fovea.visualize.features.SquaredDistance;
import dev.fovea.visualize.features.TotalVariation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a {@link StyleNetwork} learns by: what it paints shall have the content of its input and the
 * style of its style, both as a {@link PerceptualNetwork} sees them. The loss of one picture is
 * {@code c sum_l |F_l(y) - F_l(x)|^2 / |F_l(x)|^2 / L + s sum_l |G_l(y) - A_l|^2 / |A_l|^2 / L + t
 * TV(y) / (3 H W)}; that of a batch the mean. Johnson, Alahi and Fei-Fei, ECCV 2016.
 *
 * @param network that sees
 * @param styles pictures of the styles {@code [1, 3, H, W]}, from 0 to 1
 * @param contentWeight the factor c
 * @param styleWeight the factor s
 * @param variationWeight the factor t
 */
public record StyleTraining(
    PerceptualNetwork network,
    List<Tensor> styles,
    double contentWeight,
    double styleWeight,
    double variationWeight)
    implements Learner.Opening {

  /** Name of the loss of the content. */
  public static final String CONTENT = "content";

  /** Name of the loss of the style. */
  public static final String STYLE = "style";

  /** Name of the total variation. */
  public static final String VARIATION = "variation";

  /** Copies the list. */
  public StyleTraining {
    styles = List.copyOf(styles);
  }

  @Override
  public Learner open(Graph graph, Shape input, SessionOptions options) {
    return new StyleLearner(graph, input, options);
  }

  @Override
  public String describe() {
    return "style content=%s style=%s variation=%s layers=%s/%s"
        .formatted(contentWeight, styleWeight, variationWeight, network.content(), network.style());
  }

  /** A content that is another one for each picture. Not thread-safe, as its learner. */
  private static final class Content implements FeatureLoss {
    private SquaredDistance loss;
    private double value;

    @Override
    public double evaluate(Tensor features, Tensor gradient) {
      value = loss.evaluate(features, gradient);
      return value;
    }
  }

  /** The losses of one picture. */
  private record Parts(double content, double style, double variation) {}

  /** Paints a batch and looks at each picture. */
  private final class StyleLearner implements Learner {
    private final Graph graph;
    private final Session session;
    private final Tensor input;
    private final Map<Value, Tensor> gradients = new LinkedHashMap<>();
    private final List<Content> contents = new ArrayList<>();
    private final List<FeatureObjective> objectives = new ArrayList<>();
    private final SessionPool seen;
    private Map<String, Double> losses = Map.of();

    StyleLearner(Graph graph, Shape input, SessionOptions options) {
      this.graph = graph;
      SessionOptions training = options.withOutputs(StyleNetwork.OUTPUT);
      Shape[] shapes =
          styles.size() == 1
              ? new Shape[] {input}
              : new Shape[] {input, Shape.of(input.dim(0), styles.size())};
      Graph planned = Passes.plannedForTraining(graph, training, List.of(shapes));
      this.session = new Session(planned, training, shapes);
      this.input = session.input(0);
      Map<String, Tensor> byName = new HashMap<>();
      session.parameterGradients().forEach((v, g) -> byName.put(v.name(), g));
      graph.parameters().forEach(v -> gradients.put(v, byName.get(v.name())));
      SessionOptions inference =
          SessionOptions.inference().on(options.backend()).withThreads(options.threads());
      String[] layers = network.content().toArray(String[]::new);
      this.seen = Passes.open(network.graph().withOutputs(layers), inference.withOutputs(layers));
      layersOf(inference);
    }

    /** One objective for each style; all share the contents. */
    private void layersOf(SessionOptions inference) {
      List<Term> shared = new ArrayList<>();
      for (String layer : network.content()) {
        Content content = new Content();
        contents.add(content);
        shared.add(new Term(layer, contentWeight / network.content().size(), content));
      }
      for (Tensor style : styles) {
        List<Term> terms = new ArrayList<>(shared);
        terms.addAll(StyleLosses.of(network, style, styleWeight, inference));
        objectives.add(new FeatureObjective(network.graph(), terms, inference));
      }
    }

    @Override
    public Graph graph() {
      return graph;
    }

    @Override
    public Tensor input() {
      return input;
    }

    @Override
    public double evaluate(Tensor target, Tensor weights, long step) {
      int batch = input.shape().dim(0);
      if (styles.size() > 1) {
        session.input(1).fill(0);
        for (int n = 0; n < batch; n++) {
          session.input(1)
                  .array()[session.input(1).offset() + n * styles.size() + style(target, n)] =
              1;
        }
      }
      session.setStep(step);
      Tensor painted = session.forward();
      Tensor cotangent = session.cotangent(StyleNetwork.OUTPUT);
      double content = 0;
      double style = 0;
      double variation = 0;
      for (int n = 0; n < batch; n++) {
        Tensor gradient = cotangent.slice(n, n + 1);
        Parts parts =
            evaluate(input.slice(n, n + 1), painted.slice(n, n + 1), gradient, style(target, n));
        for (int i = 0; i < gradient.size(); i++) {
          gradient.array()[gradient.offset() + i] /= batch;
        }
        content += parts.content / batch;
        style += parts.style / batch;
        variation += parts.variation / batch;
      }
      losses = Map.of(CONTENT, content, STYLE, style, VARIATION, variation);
      return content + style + variation;
    }

    private int style(Tensor target, int n) {
      return (int) target.get(n);
    }

    private Parts evaluate(Tensor picture, Tensor painted, Tensor cotangent, int style) {
      List<Tensor> features = seen.forward(picture.copy());
      for (int l = 0; l < contents.size(); l++) {
        contents.get(l).loss = SquaredDistance.relative(features.get(l));
      }
      // Of their own: losses take gradients for whole tensors.
      Tensor own = painted.copy();
      Tensor gradient = Tensor.zeros(own.shape());
      double sum = objectives.get(style).evaluate(own, gradient);
      double content = 0;
      for (Content c : contents) {
        content += contentWeight / contents.size() * c.value;
      }
      Tensor rough = Tensor.zeros(own.shape());
      double factor = variationWeight / own.size();
      double variation = factor * new TotalVariation().evaluate(own, rough);
      for (int i = 0; i < gradient.size(); i++) {
        cotangent.array()[cotangent.offset() + i] =
            (float) (gradient.get(i) + factor * rough.get(i));
      }
      return new Parts(content, sum - content, variation);
    }

    @Override
    public Map<String, Double> losses() {
      return losses;
    }

    @Override
    public void backward() {
      session.zeroGradients();
      session.backward();
    }

    @Override
    public Map<Value, Tensor> gradients() {
      return gradients;
    }

    @Override
    public Tensor output() {
      return session.value(StyleNetwork.OUTPUT);
    }

    /** Shows nothing where the planned graph has other values than the one that was given. */
    @Override
    public void observe(Session.Observer observer) {
      if (session.graph() == graph) {
        session.observe(observer);
      }
    }

    @Override
    public long plannedBytes() {
      return session.plannedBytes();
    }
  }
}
