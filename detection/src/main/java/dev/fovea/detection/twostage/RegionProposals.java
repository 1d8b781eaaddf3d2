package dev.fovea.detection.twostage;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.BalancedSampler;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.BoxCoder;
import dev.fovea.detection.box.GridAnchors;
import dev.fovea.detection.box.Matcher;
import dev.fovea.detection.box.Nms;
import dev.fovea.detection.onestage.HeadLayout;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.ElementLoss;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.Reduction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A region proposal network (Ren et al. 2015, "Faster R-CNN"; on the maps of a pyramid as in Lin et
 * al. 2017): says of each anchor whether it holds an object of any kind, and how to move it there.
 * A 3x3 convolution and two 1x1 convolutions, the same ones on all maps.
 *
 * <p>Of each map there are the logits {@code [N, A, h, w]} of A shapes and their moves {@code [N, 4
 * A, h, w]}, those of a shape side by side. Immutable and thread-safe.
 *
 * @param anchors a level for each map, all with as many shapes
 */
record RegionProposals(GridAnchors anchors) {
  private static final int MOVES = 4;
  private static final double LARGEST_OVERLAP = 0.7;

  /** Boxes with a shorter side, in pixels of the input, are no objects. */
  private static final double LEAST_SIDE = 2;

  private static final Loss OBJECTS = ElementLoss.binaryCrossEntropy(Reduction.SUM);
  private static final Loss BOXES = ElementLoss.smoothL1(1.0 / 9, Reduction.SUM);

  /**
   * Adds the layers.
   *
   * @param maps of a pyramid, with one number of channels
   * @param names of the outputs: logits and moves of each map in turn
   */
  List<Value> add(Layers layers, List<Value> maps, List<String> names) {
    Graph.Builder graph = layers.graph();
    int channels = maps.get(0).shape().dim(1);
    int shapes = anchors.levels().get(0).shapes().size();
    List<Value> outputs = new ArrayList<>();
    for (int l = 0; l < maps.size(); l++) {
      String name = "rpn." + l;
      Value hidden = conv(layers, name, "rpn.0", maps.get(l), channels, 3);
      Value x = graph.node(name + ".relu", new Relu(), hidden);
      outputs.add(conv(layers, names.get(2 * l), names.get(0), x, shapes, 1));
      outputs.add(conv(layers, names.get(2 * l + 1), names.get(1), x, MOVES * shapes, 1));
    }
    for (int o = 0; o < 2; o++) {
      Heads.damp(graph.find(names.get(o) + ".weight").tensor());
    }
    return outputs;
  }

  /** A convolution with the weights of that of the first map. */
  private static Value conv(
      Layers layers, String name, String first, Value x, int channels, int kernel) {
    Graph.Builder graph = layers.graph();
    if (name.equals(first)) {
      return layers.conv(name, x, channels, kernel, 1, kernel / 2, true);
    }
    Conv op = Conv.square(kernel, 1, kernel / 2);
    return graph.node(name, op, x, graph.find(first + ".weight"), graph.find(first + ".bias"));
  }

  /** The outputs of a batch. */
  private record Maps(List<Tensor> objects, List<Tensor> boxes, HeadLayout layout) {
    static Maps of(List<Tensor> outputs) {
      List<Tensor> objects = every(outputs, 0);
      HeadLayout layout = new HeadLayout(objects.stream().map(Tensor::shape).toList(), 1);
      return new Maps(objects, every(outputs, 1), layout);
    }

    private static List<Tensor> every(List<Tensor> outputs, int first) {
      return IntStream.range(0, outputs.size() / 2)
          .mapToObj(l -> outputs.get(2 * l + first))
          .toList();
    }

    Maps like() {
      return new Maps(
          objects.stream().map(t -> Tensor.zeros(t.shape())).toList(),
          boxes.stream().map(t -> Tensor.zeros(t.shape())).toList(),
          layout);
    }

    float object(int picture, int anchor) {
      return layout.get(objects, picture, anchor, 0, 1);
    }
  }

  private List<Box> anchors(Maps maps) {
    List<Box> all = new ArrayList<>();
    for (int l = 0; l < anchors.levels().size(); l++) {
      Shape map = maps.objects().get(l).shape();
      all.addAll(anchors.of(l, map.dim(2), map.dim(3)));
    }
    return all;
  }

  /**
   * The two losses of a batch: binary cross-entropy of the anchors that were drawn, smooth L1 of
   * the moves of the positive ones, both divided by the number of anchors drawn from all pictures.
   *
   * @param outputs of the layers, in their order
   * @param truth true objects of each picture, in pixels of the input; difficult ones are ignored
   * @param sampler draws the anchors of a picture
   * @param gradients one for each output, overwritten
   * @param seed of the drawing
   */
  Map<String, Double> losses(
      List<Tensor> outputs,
      List<List<Annotation>> truth,
      BalancedSampler sampler,
      List<Tensor> gradients,
      long seed,
      Parallel parallel) {
    Maps maps = Maps.of(outputs);
    Maps targets = maps.like();
    Maps weights = maps.like();
    List<Box> all = anchors(maps);
    double each = 1.0 / (sampler.size() * truth.size());
    for (int picture = 0; picture < truth.size(); picture++) {
      Assignment drawn =
          Assignment.draw(all, truth.get(picture), Matcher.PROPOSALS, sampler, seed + picture);
      for (int anchor : drawn.negative()) {
        maps.layout().add(weights.objects(), picture, anchor, 0, 1, each);
      }
      for (int i = 0; i < drawn.positive().length; i++) {
        int anchor = drawn.positive()[i];
        maps.layout().add(weights.objects(), picture, anchor, 0, 1, each);
        maps.layout().add(targets.objects(), picture, anchor, 0, 1, 1);
        Box box = truth.get(picture).get(drawn.truth()[i]).box();
        double[] moves = BoxCoder.UNIT.encode(all.get(anchor), box);
        for (int m = 0; m < MOVES; m++) {
          maps.layout().add(weights.boxes(), picture, anchor, m, MOVES, each);
          maps.layout().add(targets.boxes(), picture, anchor, m, MOVES, moves[m]);
        }
      }
    }
    double objects = 0;
    double boxes = 0;
    for (int l = 0; l < maps.objects().size(); l++) {
      objects +=
          OBJECTS.evaluate(
              maps.objects().get(l),
              targets.objects().get(l),
              weights.objects().get(l),
              gradients.get(2 * l),
              parallel);
      boxes +=
          BOXES.evaluate(
              maps.boxes().get(l),
              targets.boxes().get(l),
              weights.boxes().get(l),
              gradients.get(2 * l + 1),
              parallel);
    }
    return Map.of("proposal objects", objects, "proposal boxes", boxes);
  }

  /**
   * The regions of a picture that most likely hold an object.
   *
   * @param outputs of the layers, in their order
   * @param width of the input
   * @param height of the input
   * @param compared so many are compared with each other
   * @param most are given
   * @return inside of the input, the best first
   */
  List<Box> propose(
      List<Tensor> outputs, int picture, int width, int height, int compared, int most) {
    Maps maps = Maps.of(outputs);
    List<Box> all = anchors(maps);
    int[] best =
        IntStream.range(0, all.size())
            .filter(a -> Float.isFinite(maps.object(picture, a)))
            .boxed()
            .sorted(
                Comparator.<Integer>comparingDouble(a -> -maps.object(picture, a))
                    .thenComparing(a -> a))
            .limit(compared)
            .mapToInt(Integer::intValue)
            .toArray();
    List<Box> boxes = new ArrayList<>();
    float[] scores = new float[best.length];
    for (int anchor : best) {
      Box box = moved(maps, picture, anchor, all.get(anchor)).clip(width, height);
      if (Math.min(box.width(), box.height()) >= LEAST_SIDE) {
        scores[boxes.size()] = maps.object(picture, anchor);
        boxes.add(box);
      }
    }
    float[] theirs = Arrays.copyOf(scores, boxes.size());
    return IntStream.of(Nms.of(LARGEST_OVERLAP).select(boxes, theirs))
        .limit(most)
        .mapToObj(boxes::get)
        .toList();
  }

  /** An anchor where its moves bring it; where it is if these are no numbers. */
  private static Box moved(Maps maps, int picture, int anchor, Box from) {
    double[] moves = new double[MOVES];
    for (int m = 0; m < MOVES; m++) {
      double move = maps.layout().get(maps.boxes(), picture, anchor, m, MOVES);
      moves[m] = Double.isFinite(move) ? move : 0;
    }
    return BoxCoder.UNIT.decode(from, moves);
  }
}
