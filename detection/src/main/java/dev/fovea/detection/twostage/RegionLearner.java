package dev.fovea.detection.twostage;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.BalancedSampler;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.Matcher;
import dev.fovea.detection.train.ObjectRows;
import dev.fovea.detection.twostage.RegionModel.RegionInputs;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Learner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Trains the parts of a {@link RegionModel} together, as "approximate joint training" of Ren et al.
 * 2015: the trunk runs, plain Java chooses regions, the heads run; on the way back the gradients of
 * the heads by the maps are added to those of the region proposal network. Where the regions are
 * counts as a constant.
 *
 * <p>The target is that of {@link ObjectRows}, with masks that of {@link InstanceRows}. Not
 * thread-safe.
 */
final class RegionLearner implements Learner {
  /**
   * Proposals of a picture that are compared with each other, and that the heads may learn from.
   */
  private static final int COMPARED = 600;

  private static final int PROPOSED = 200;

  /** Regions of a picture that the heads learn from, a quarter of them with an object. */
  private static final BalancedSampler REGIONS = new BalancedSampler(64, 0.25);

  private final Graph graph;
  private final RegionModel model;
  private final Session trunk;
  private final Session heads;
  private final Session maskHead;
  private final RegionInputs regions;
  private final RegionInputs maskRegions;
  private final int classes;
  private final long seed;
  private final Parallel parallel;
  private final Map<Value, Tensor> gradients = new LinkedHashMap<>();
  private Map<String, Double> losses = Map.of();

  /** A region with an object, whose mask is learnt. */
  private record Positive(Box region, int picture, int object, int label) {}

  private RegionLearner(
      Graph graph, RegionModel model, Shape input, SessionOptions options, int classes) {
    this.graph = graph;
    this.model = model;
    this.classes = classes;
    this.seed = options.seed();
    this.parallel = new Parallel(options.threads());
    int pictures = input.dim(0);
    this.trunk = open(model.trunk(graph), options, input);
    List<Tensor> maps = model.featureNames().stream().map(trunk::value).toList();
    this.regions = RegionInputs.of(model, pictures * REGIONS.size());
    this.heads = openOn(maps, RegionModel.heads(graph), options, regions);
    int objects = (int) (REGIONS.size() * REGIONS.positive());
    this.maskRegions = RegionInputs.of(model, pictures * objects);
    this.maskHead =
        model.masks() ? openOn(maps, RegionModel.maskHead(graph), options, maskRegions) : null;
    for (Value parameter : graph.parameters()) {
      sessions()
          .flatMap(s -> s.parameterGradients().entrySet().stream())
          .filter(e -> e.getKey().name().equals(parameter.name()))
          .findFirst()
          .ifPresent(e -> gradients.put(parameter, e.getValue()));
    }
  }

  /**
   * Opens learners.
   *
   * @param sizes sides of the anchors of each map
   */
  static Opening opening(List<Double> sizes, int classes) {
    return new Opening() {
      @Override
      public Learner open(Graph graph, Shape input, SessionOptions options) {
        return new RegionLearner(graph, RegionModel.of(graph, sizes), input, options, classes);
      }

      @Override
      public String describe() {
        return "regions anchors=" + sizes + " " + REGIONS;
      }
    };
  }

  private static Session openOn(
      List<Tensor> maps, Graph part, SessionOptions options, RegionInputs inputs) {
    List<String> names = part.inputs().subList(0, maps.size()).stream().map(Value::name).toList();
    Shape[] shapes = Arrays.stream(inputs.after(maps)).map(Tensor::shape).toArray(Shape[]::new);
    return open(part, options.withGradients(names.toArray(String[]::new)), shapes);
  }

  private static Session open(Graph part, SessionOptions options, Shape... inputs) {
    List<String> own = part.parameters().stream().map(Value::name).toList();
    return new Session(
        part, options.withFrozen(options.frozen().stream().filter(own::contains).toList()), inputs);
  }

  private Stream<Session> sessions() {
    return Stream.of(trunk, heads, maskHead).filter(s -> s != null);
  }

  @Override
  public Graph graph() {
    return graph;
  }

  @Override
  public Tensor input() {
    return trunk.input(0);
  }

  @Override
  public double evaluate(Tensor target, Tensor weights, long step) {
    sessions().forEach(s -> s.setStep(step));
    trunk.forward();
    int pictures = input().shape().dim(0);
    long drawing = (seed * 31 + step) * 31 * pictures;
    List<List<Annotation>> truth =
        IntStream.range(0, pictures).mapToObj(p -> objects(target, p)).toList();
    List<Tensor> said = values(trunk, model.proposalNames());
    Map<String, Double> all = new LinkedHashMap<>();
    all.putAll(
        model
            .proposals()
            .losses(
                said,
                truth,
                BalancedSampler.PROPOSALS,
                model.proposalNames().stream().map(trunk::cotangent).toList(),
                drawing,
                parallel));
    Heads.Targets targets = Heads.Targets.of(regions.pictures().size(), classes);
    List<Positive> positive = choose(said, truth, targets, drawing);
    List<Tensor> maps = values(trunk, model.featureNames());
    heads.forward(regions.after(maps));
    all.putAll(
        Heads.losses(
            heads.value(Heads.CLASSES),
            heads.value(Heads.BOXES),
            targets,
            heads.cotangent(Heads.CLASSES),
            heads.cotangent(Heads.BOXES),
            parallel));
    if (model.masks()) {
      all.put("masks", maskLoss(maps, target, positive));
    }
    losses = all;
    return all.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private static List<Tensor> values(Session session, List<String> names) {
    return names.stream().map(session::value).toList();
  }

  private List<Annotation> objects(Tensor target, int picture) {
    return model.masks()
        ? InstanceRows.objects(target, picture, input().shape())
        : ObjectRows.read(target, picture);
  }

  /** Draws the regions that the heads look at, and says what they have to find. */
  private List<Positive> choose(
      List<Tensor> said, List<List<Annotation>> truth, Heads.Targets targets, long drawing) {
    regions.clear(model);
    int width = input().shape().dim(3);
    int height = input().shape().dim(2);
    List<Positive> positive = new ArrayList<>();
    for (int p = 0; p < truth.size(); p++) {
      List<Annotation> objects = truth.get(p);
      List<Box> candidates =
          new ArrayList<>(model.proposals().propose(said, p, width, height, COMPARED, PROPOSED));
      // So that there is something to learn as long as no proposal is good.
      objects.stream().map(Annotation::box).filter(b -> !b.isEmpty()).forEach(candidates::add);
      Assignment drawn = Assignment.draw(candidates, objects, Matcher.HEADS, REGIONS, drawing + p);
      int row = p * REGIONS.size();
      for (int i = 0; i < drawn.positive().length; i++) {
        Box box = candidates.get(drawn.positive()[i]);
        Annotation object = objects.get(drawn.truth()[i]);
        regions.put(model, row, box, p);
        targets.object(row++, box, object);
        positive.add(new Positive(box, p, drawn.truth()[i], object.label()));
      }
      for (int negative : drawn.negative()) {
        regions.put(model, row, candidates.get(negative), p);
        targets.background(row++);
      }
    }
    return positive;
  }

  private double maskLoss(List<Tensor> maps, Tensor target, List<Positive> positive) {
    maskRegions.clear(model);
    int count = maskRegions.pictures().size();
    int[] labels = new int[count];
    Arrays.fill(labels, MaskHead.NO_PART);
    Tensor targets = Tensor.zeros(count, MaskHead.SIDE, MaskHead.SIDE);
    for (int r = 0; r < positive.size(); r++) {
      Positive p = positive.get(r);
      maskRegions.put(model, r, p.region(), p.picture());
      labels[r] = p.label();
      Tensor instances = InstanceRows.instances(target, p.picture(), input().shape());
      MaskHead.target(p.region(), instances, p.object(), targets.slice(r, r + 1));
    }
    maskHead.forward(maskRegions.after(maps));
    return MaskHead.loss(
        maskHead.value(MaskHead.MASKS),
        labels,
        targets,
        maskHead.cotangent(MaskHead.MASKS),
        parallel);
  }

  @Override
  public Map<String, Double> losses() {
    return losses;
  }

  @Override
  public void backward() {
    sessions().forEach(Session::zeroGradients);
    List<Tensor> byMaps = model.featureNames().stream().map(trunk::cotangent).toList();
    byMaps.forEach(t -> t.fill(0));
    sessions()
        .skip(1)
        .forEach(
            head -> {
              head.backward();
              for (int l = 0; l < byMaps.size(); l++) {
                add(head.gradient(head.graph().inputs().get(l).name()), byMaps.get(l));
              }
            });
    trunk.backward();
  }

  private static void add(Tensor from, Tensor to) {
    for (int i = 0; i < to.size(); i++) {
      to.array()[to.offset() + i] += from.get(i);
    }
  }

  @Override
  public Map<Value, Tensor> gradients() {
    return gradients;
  }

  @Override
  public Tensor output() {
    return heads.value(Heads.CLASSES);
  }

  @Override
  public void observe(Session.Observer observer) {
    sessions().forEach(s -> s.observe(observer));
  }

  @Override
  public long plannedBytes() {
    return sessions().mapToLong(Session::plannedBytes).sum();
  }
}
