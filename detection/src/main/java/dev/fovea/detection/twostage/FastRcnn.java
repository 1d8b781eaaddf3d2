package dev.fovea.detection.twostage;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.Detection;
import dev.fovea.detection.DetectionNetwork;
import dev.fovea.detection.Detector;
import dev.fovea.detection.DetectorFormat;
import dev.fovea.detection.Frame;
import dev.fovea.detection.Thresholds;
import dev.fovea.detection.box.BalancedSampler;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.Matcher;
import dev.fovea.detection.proposal.SelectiveSearch;
import dev.fovea.detection.train.DetectorDesign;
import dev.fovea.detection.train.ObjectRows;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.MaxRoiPool;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Learner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Fast R-CNN (Girshick 2015): proposals come from {@link SelectiveSearch}; the backbone runs once
 * over the whole picture, the features of each proposal are pooled by maxima, and a small network
 * gives its class and its box, with two losses made small together.
 *
 * <p>The graph goes from {@code input [N, 3, H, W]} and {@code regions [R, 5]}, the picture and x1,
 * y1, x2, y2 of each, to {@code classes [R, 1 + classes]}, logits with the background first, and
 * {@code boxes [R, 4 classes]}. Immutable.
 *
 * @param width of the input in pixels
 * @param height of the input in pixels
 * @param backbone of which the first map is taken
 * @param hidden numbers in the hidden layers
 * @param proposals of a picture that are looked at, the best ones
 */
public record FastRcnn(int width, int height, Backbone backbone, int hidden, int proposals)
    implements DetectorDesign {

  /** Name of the format. */
  public static final String FORMAT = "fast-rcnn";

  private static final String INPUT = "input";
  private static final String REGIONS = "regions";
  private static final String PROPOSALS = "proposals";
  private static final int COLUMNS = 5;
  private static final int POOLED = 7;
  private static final int MOST_PROPOSALS = 100_000;
  private static final float WHITE = 255;

  /** Of the order of the proposals. */
  private static final long SEED = 1;

  /** Regions of a picture that are learnt from, a quarter of them with an object. */
  private static final BalancedSampler SAMPLER = new BalancedSampler(64, 0.25);

  /** Checks the numbers. */
  public FastRcnn {
    if (width < 1 || height < 1 || hidden < 1 || proposals < 1 || proposals > MOST_PROPOSALS) {
      throw new IllegalArgumentException(
          "Fast R-CNN: found input %d x %d, %d hidden, %d proposals, expected numbers from 1"
              .formatted(width, height, hidden, proposals));
    }
  }

  /** A small one, to be trained from nothing, with 1000 proposals. */
  public static FastRcnn small(int width, int height) {
    return new FastRcnn(width, height, Backbone.residual(16, 8), 128, 1000);
  }

  Preprocessing preprocessing() {
    return Preprocessing.unit(
        Preprocessing.Channels.RGB, width, height, Preprocessing.Resize.STRETCH);
  }

  /** The proposals of a prepared picture. */
  List<Box> propose(Tensor input) {
    return propose(input, proposals);
  }

  private static List<Box> propose(Tensor input, int most) {
    Tensor values = input.copy();
    for (int i = 0; i < values.size(); i++) {
      values.array()[i] *= WHITE;
    }
    List<Box> all = SelectiveSearch.fast(SEED).propose(Image.fromTensor(values));
    return all.subList(0, Math.min(most, all.size()));
  }

  @Override
  public Graph build(int classes, long seed) {
    Graph.Builder graph = new Graph.Builder(FORMAT);
    Layers layers = new Layers(graph, seed);
    Value x = graph.input(INPUT, Shape.of(1, 3, height, width), "batch", "", "", "");
    Value regions = graph.input(REGIONS, Shape.of(1, COLUMNS), "count", "");
    Value map = backbone.add(layers, x).get(0);
    float scale = (float) map.shape().dim(2) / height;
    Value pooled = graph.node("pooled", new MaxRoiPool(POOLED, POOLED, scale), map, regions);
    return graph.build(Heads.add(layers, pooled, hidden, classes).toArray(Value[]::new));
  }

  @Override
  public ModelCard card(String name, List<String> classes) {
    return new ModelCard(
        name,
        ModelCard.Task.DETECTION,
        classes,
        preprocessing(),
        Map.of(Detector.FORMAT, FORMAT, PROPOSALS, Integer.toString(proposals)));
  }

  /** The losses, for {@link ProposalSamples}. */
  @Override
  public Learner.Opening learner(int classes) {
    return new Learner.Opening() {
      @Override
      public Learner open(Graph graph, Shape input, SessionOptions options) {
        return new FastLearner(graph, input, options, proposals, classes);
      }

      @Override
      public String describe() {
        return "regions of selective search, " + SAMPLER;
      }
    };
  }

  private static void put(Box region, int picture, int row, Tensor regions) {
    double[] edges = region.xyxy();
    int at = regions.offset() + row * COLUMNS;
    regions.array()[at] = picture;
    for (int e = 0; e < edges.length; e++) {
      regions.array()[at + 1 + e] = (float) edges[e];
    }
  }

  /** One session, with the regions drawn before each run. */
  private static final class FastLearner implements Learner {
    private final Session session;
    private final Tensor regions;
    private final int proposals;
    private final int classes;
    private final long seed;
    private final Parallel parallel;
    private Map<String, Double> losses = Map.of();

    FastLearner(Graph graph, Shape input, SessionOptions options, int proposals, int classes) {
      int rows = input.dim(0) * SAMPLER.size();
      this.session = new Session(graph, options, input, Shape.of(rows, COLUMNS));
      this.regions = session.input(1);
      this.proposals = proposals;
      this.classes = classes;
      this.seed = options.seed();
      this.parallel = new Parallel(options.threads());
    }

    @Override
    public Graph graph() {
      return session.graph();
    }

    @Override
    public Tensor input() {
      return session.input(0);
    }

    @Override
    public double evaluate(Tensor target, Tensor weights, long step) {
      session.setStep(step);
      int pictures = input().shape().dim(0);
      Heads.Targets targets = Heads.Targets.of(regions.shape().dim(0), classes);
      regions.fill(0);
      for (int p = 0; p < pictures; p++) {
        draw(target.slice(p, p + 1), p, targets, (seed * 31 + step) * 31 * pictures + p);
      }
      session.forward();
      losses =
          Heads.losses(
              session.value(Heads.CLASSES),
              session.value(Heads.BOXES),
              targets,
              session.cotangent(Heads.CLASSES),
              session.cotangent(Heads.BOXES),
              parallel);
      return losses.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private void draw(Tensor target, int picture, Heads.Targets targets, long drawing) {
      List<Annotation> objects = ObjectRows.read(ProposalRows.objects(target, proposals), 0);
      List<Box> candidates =
          Stream.concat(
                  ProposalRows.read(target, proposals).stream(),
                  objects.stream().map(Annotation::box))
              .toList();
      Assignment drawn = Assignment.draw(candidates, objects, Matcher.HEADS, SAMPLER, drawing);
      int row = picture * SAMPLER.size();
      for (int i = 0; i < drawn.positive().length; i++) {
        Box box = candidates.get(drawn.positive()[i]);
        put(box, picture, row, regions);
        targets.object(row++, box, objects.get(drawn.truth()[i]));
      }
      for (int negative : drawn.negative()) {
        put(candidates.get(negative), picture, row, regions);
        targets.background(row++);
      }
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
      return session.parameterGradients();
    }

    @Override
    public Tensor output() {
      return session.value(Heads.CLASSES);
    }

    @Override
    public void observe(Session.Observer observer) {
      session.observe(observer);
    }

    @Override
    public long plannedBytes() {
      return session.plannedBytes();
    }
  }

  /** Runs networks of this kind. */
  public static final class Format implements DetectorFormat {

    /** The format; found by its name. */
    public Format() {}

    @Override
    public String name() {
      return FORMAT;
    }

    @Override
    public DetectionNetwork open(Graph graph, ModelCard card, Function<Graph, Inference> runtime) {
      if (graph.inputs().size() != 2 || graph.outputs().size() != 2) {
        throw new IllegalArgumentException(
            "model '%s': found the inputs %s, expected %s and %s"
                .formatted(
                    card.name(),
                    graph.inputs().stream().map(Graph::describe).toList(),
                    INPUT,
                    REGIONS));
      }
      int most = proposals(card);
      Inference network = runtime.apply(graph);
      return (input, frame, thresholds) ->
          detect(network, input, propose(input, most), frame, thresholds);
    }

    private static int proposals(ModelCard card) {
      String text = card.attributes().getOrDefault(PROPOSALS, "");
      try {
        int most = Integer.parseInt(text);
        if (most >= 1 && most <= MOST_PROPOSALS) {
          return most;
        }
      } catch (NumberFormatException e) {
        // Refused below, as is a number that is too small or too large.
      }
      throw new IllegalArgumentException(
          "model card: found %s '%s', expected a number from 1 to %d"
              .formatted(PROPOSALS, text, MOST_PROPOSALS));
    }
  }

  /** Looks at some regions of a prepared picture. */
  static List<Detection> detect(
      Inference network, Tensor input, List<Box> regions, Frame frame, Thresholds thresholds) {
    if (regions.isEmpty()) {
      return List.of();
    }
    Tensor rows = Tensor.zeros(regions.size(), COLUMNS);
    for (int r = 0; r < regions.size(); r++) {
      put(regions.get(r), 0, r, rows);
    }
    List<Tensor> said = network.forward(input, rows);
    int width = input.shape().dim(3);
    int height = input.shape().dim(2);
    List<Detection> found = new ArrayList<>();
    for (Heads.Found f : Heads.read(said.get(0), said.get(1), regions, width, height, thresholds)) {
      Box box = frame.toPicture(f.detection().box());
      if (!box.isEmpty()) {
        found.add(Detection.of(f.detection().label(), f.detection().score(), box));
      }
    }
    return found;
  }
}
