package dev.fovea.visualize.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Clip;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.GlobalAveragePool;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Sigmoid;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.op.Tanh;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.testkit.NumericGradient;
import dev.fovea.visualize.attribution.ClassActivationMap.Kind;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AttributionTest {
  private static final long SEED = 20;

  /** Two convolutions, pooling, and scores of three classes. */
  private static Graph net() {
    Graph.Builder g = new Graph.Builder("net");
    Layers layers = new Layers(g, SEED);
    Value x = g.input("x", Shape.of(1, 2, 12, 12));
    Value first = g.node("first", new Tanh(), layers.conv("c1", x, 8, 3, 1, 1, true));
    Value second = g.node("second", new Relu(), layers.conv("c2", first, 16, 3, 1, 1, true));
    Value pooled = g.node("pooled", MaxPool.square(2, 2, 0), second);
    Value flat = g.node("flat", new Flatten(1), pooled);
    return g.build(layers.dense("scores", flat, 3, Initializer.xavier()));
  }

  /** The score of class 0 is what the left upper quarter holds in its first channel. */
  private static ExplainedNetwork quarter() {
    Graph.Builder g = new Graph.Builder("quarter");
    Value x = g.input("x", Shape.of(1, 1, 14, 14));
    Value flat = g.node("flat", new Flatten(1), x);
    Tensor w = Tensor.zeros(1, 196);
    for (int i = 0; i < 196; i++) {
      w.array()[i] = i / 14 < 7 && i % 14 < 7 ? 1 : 0;
    }
    return new ExplainedNetwork(
        g.build(g.node("scores", Gemm.dense(), flat, g.parameter("w", w))), TestNetworks.OPTIONS);
  }

  private static Tensor random(Shape shape) {
    SplittableRandom random = new SplittableRandom(SEED);
    Tensor t = Tensor.zeros(shape);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return t;
  }

  @Test
  void gradientOfAClassANeuronAndASegment() {
    ExplainedNetwork network = new ExplainedNetwork(net(), TestNetworks.OPTIONS);
    Tensor x = random(Shape.of(1, 2, 12, 12));
    boolean[] mask = new boolean[144];
    mask[17] = true;
    mask[18] = true;
    for (Target target :
        List.of(
            Target.ofClass("scores", 2),
            Target.neuron("first", 0, 3, 4, 5),
            Target.ofClass("first", 1),
            Target.segment("first", 3, mask))) {
      Tensor gradient = new Gradient(ReluRule.GRADIENT).attribute(network, x, target);
      for (int i = 0; i < x.size(); i += 23) {
        double expected = NumericGradient.partial(() -> network.score(x, target), x, i, 1 / 64f);
        assertEquals(expected, gradient.get(i), 5e-3, target + ", element " + i);
      }
    }
  }

  @Test
  void rulesChangeTheWayBackAndNothingElse() {
    Graph.Builder g = new Graph.Builder("clipped");
    Value x = g.input("x", Shape.of(1, 1, 1, 4));
    Value six = g.node("six", new Clip(0, 6), x);
    Graph graph = g.build(g.node("out", new Flatten(1), six));
    Tensor input = Tensor.of(Shape.of(1, 1, 1, 4), -1, 3, 7, 5);
    ExplainedNetwork network = new ExplainedNetwork(graph, TestNetworks.OPTIONS);
    float[][] expected = {{0, 1, 0, 1}, {0, 1, 0, 1}, {1, 1, 1, 1}};
    for (ReluRule rule : ReluRule.values()) {
      float[] found = new float[4];
      for (int k = 0; k < 4; k++) {
        found[k] = network.gradient(input, Target.ofClass("out", k), rule).get(k);
      }
      assertArrayEquals(expected[rule.ordinal()], found, rule.name());
    }
    assertEquals(List.of("Clip", "Flatten"), names(RuledRelu.applied(graph, ReluRule.GUIDED)));
  }

  private static List<String> names(Graph graph) {
    return graph.nodes().stream().map(n -> n.op().spec().name()).toList();
  }

  @Test
  void blackBoxMethodsFindWhereTheScoreIsMade() {
    Tensor x = Tensor.zeros(1, 1, 14, 14).fill(1);
    Target target = Target.ofClass("scores", 0);
    for (Attribution method : List.of(new Occlusion(0, 0, 0), new Rise(600, 7, 0.5, SEED))) {
      HeatMap heat = HeatMap.of(method.attribute(quarter(), x, target), method.summary());
      double inside = 0;
      double all = 0;
      for (int i = 0; i < 196; i++) {
        all += heat.values()[i];
        inside += i / 14 < 7 && i % 14 < 7 ? heat.values()[i] : 0;
      }
      assertTrue(inside > 0.75 * all, method + ": " + inside / all + ", seed " + SEED);
    }
  }

  @Test
  void scoreCamWeighsChannelsByWhatTheyShow() {
    Graph.Builder g = new Graph.Builder("channels");
    Value x = g.input("x", Shape.of(1, 1, 8, 8));
    Tensor w = Tensor.of(Shape.of(2, 1, 1, 1), 1, -1);
    Value both = g.node("both", Conv.square(1, 1, 0), x, g.parameter("w", w));
    Value relu = g.node("relu", new Relu(), both);
    Value mean = g.node("mean", new GlobalAveragePool(), relu);
    Value flat = g.node("flat", new Flatten(1), mean);
    Tensor rows = Tensor.of(Shape.of(1, 2), 90, -90);
    Graph graph = g.build(g.node("scores", Gemm.dense(), flat, g.parameter("r", rows)));
    Tensor input = Tensor.zeros(1, 1, 8, 8);
    for (int i = 0; i < 64; i++) {
      input.array()[i] = i % 8 < 4 ? 1 : -1;
    }
    Tensor map =
        new ScoreCam("relu")
            .attribute(
                new ExplainedNetwork(graph, TestNetworks.OPTIONS),
                input,
                Target.ofClass("scores", 0));
    for (int i = 0; i < 64; i++) {
      assertEquals(i % 8 < 4 ? 1 : 0, map.get(i), 1e-4, "pixel " + i);
    }
  }

  @Test
  void probabilitiesAtTheEndLetTheGradientOfTheScorePass() {
    Graph.Builder g = new Graph.Builder("sure");
    Value x = g.input("x", Shape.of(1, 1, 1, 2));
    Value gate = g.node("gate", new Sigmoid(), x);
    Value flat = g.node("flat", new Flatten(1), g.node("gated", new Mul(), x, gate));
    Value sure = g.node("sure", new Softmax(1), flat);
    Graph graph = g.build(g.node("moved", new Flatten(1), sure));
    Tensor input = Tensor.of(Shape.of(1, 1, 1, 2), 60, -60);
    Target target = Target.ofClass("moved", 0);
    ExplainedNetwork plain = new ExplainedNetwork(graph, TestNetworks.OPTIONS);
    assertEquals(0, plain.gradient(input, target, ReluRule.GRADIENT).get(0), 1e-12);
    ExplainedNetwork passing =
        new ExplainedNetwork(StraightThrough.atTheEnd(graph), TestNetworks.OPTIONS);
    Tensor gradient = passing.gradient(input, target, ReluRule.GRADIENT);
    assertArrayEquals(new float[] {1, 0}, gradient.toArray(), 1e-6f, "the gate is inside");
    assertEquals(plain.score(input, target), passing.score(input, target));
  }

  @Test
  void theLayerByDefaultIsOneThatTheScoreDependsOn() {
    Graph.Builder g = new Graph.Builder("two heads");
    Layers layers = new Layers(g, SEED);
    Value x = g.input("x", Shape.of(1, 1, 8, 8));
    Value small = g.node("small", new Tanh(), layers.conv("c1", x, 6, 3, 1, 1, true));
    Value large = g.node("large", new Tanh(), layers.conv("c2", small, 7, 3, 2, 1, true));
    Value a = g.node("a", new Flatten(1), layers.conv("head1", small, 2, 1, 1, 0, true));
    Value b = g.node("b", new Flatten(1), layers.conv("head2", large, 2, 1, 1, 0, true));
    Graph graph = g.build(g.node("out", new Concat(1), a, b));
    ExplainedNetwork network = new ExplainedNetwork(graph, TestNetworks.OPTIONS);
    Tensor input = random(Shape.of(1, 1, 8, 8));
    Attribution map = new ClassActivationMap(Kind.LAYER_CAM, null, true);
    assertEquals(
        Shape.of(1, 1, 8, 8), map.attribute(network, input, Target.ofClass("out", 5)).shape());
    assertEquals(
        Shape.of(1, 1, 4, 4), map.attribute(network, input, Target.ofClass("out", 140)).shape());
  }

  @Test
  void smoothGradDependsOnItsSeedAlone() {
    ExplainedNetwork network = new ExplainedNetwork(net(), TestNetworks.OPTIONS);
    Tensor x = random(Shape.of(1, 2, 12, 12));
    Target target = Target.ofClass("scores", 1);
    float[] first = new SmoothGrad(4, 0.3, 1).attribute(network, x, target).toArray();
    assertArrayEquals(first, new SmoothGrad(4, 0.3, 1).attribute(network, x, target).toArray());
    float[] other = new SmoothGrad(4, 0.3, 2).attribute(network, x, target).toArray();
    assertTrue(RankCorrelation.of(first, other) < 0.999);
  }

  @Test
  void theLayerByDefaultIsTheLastBeforePoolingAndScores() {
    ExplainedNetwork network = new ExplainedNetwork(net(), TestNetworks.OPTIONS);
    assertEquals("second", network.lastLayers(Target.ofClass("scores", 0)).get(0));
    assertThrows(
        IllegalArgumentException.class, () -> quarter().lastLayers(Target.ofClass("scores", 0)));
  }

  @Test
  void theLayerByDefaultIsNotThatOfTheScoresThemselves() {
    Graph.Builder g = new Graph.Builder("fully convolutional");
    Layers layers = new Layers(g, SEED);
    Value x = g.input("x", Shape.of(1, 1, 8, 8));
    Value first = g.node("first", new Relu(), layers.conv("c1", x, 6, 3, 1, 1, true));
    Value scores = g.node("last", new Relu(), layers.conv("c2", first, 5, 1, 1, 0, true));
    Value mean = g.node("mean", new GlobalAveragePool(), scores);
    ExplainedNetwork network =
        new ExplainedNetwork(g.build(g.node("out", new Flatten(1), mean)), TestNetworks.OPTIONS);
    assertEquals("first", network.lastLayers(Target.ofClass("out", 0)).get(0));
  }

  @Test
  void gradientsFallWithTheRandomLayersAndInputsDoNot() {
    Tensor x = random(Shape.of(1, 2, 12, 12));
    Target target = Target.ofClass("scores", 1);
    Graph graph = net();
    float[] before = graph.parameters().get(0).tensor().toArray();
    List<RandomizationCascade.Step> gradient =
        RandomizationCascade.run(
            graph,
            TestNetworks.OPTIONS,
            new Gradient(ReluRule.GRADIENT),
            x,
            target,
            SEED,
            Progress.NONE);
    assertEquals(List.of("scores", "c2", "c1"), gradient.stream().map(s -> s.layer()).toList());
    assertTrue(Math.abs(gradient.get(2).correlation()) < 0.35, gradient.toString());
    Attribution picture = (network, input, t, progress) -> input.copy();
    List<RandomizationCascade.Step> edges =
        RandomizationCascade.run(
            graph, TestNetworks.OPTIONS, picture, x, target, SEED, Progress.NONE);
    edges.forEach(step -> assertEquals(1, step.correlation(), 1e-12));
    assertArrayEquals(before, graph.parameters().get(0).tensor().toArray(), "left as it was");
  }

  @Test
  void rankCorrelation() {
    assertEquals(1, RankCorrelation.of(new float[] {1, 2, 30}, new float[] {4, 5, 6}), 1e-12);
    assertEquals(-1, RankCorrelation.of(new float[] {1, 2, 3}, new float[] {9, 5, 1}), 1e-12);
    // Ranks 0, 1.5, 1.5, 3 and 1, 0, 2, 3: by hand 3 / sqrt(4.5 * 5).
    assertEquals(
        3 / Math.sqrt(22.5),
        RankCorrelation.of(new float[] {1, 2, 2, 3}, new float[] {5, 4, 6, 7}),
        1e-12);
    assertEquals(0, RankCorrelation.of(new float[] {1, 1}, new float[] {1, 2}));
    assertThrows(
        IllegalArgumentException.class, () -> RankCorrelation.of(new float[1], new float[2]));
  }

  @Test
  void deletionFallsSoonerWhenTheHottestPixelsCount() {
    Tensor x = Tensor.zeros(1, 1, 14, 14).fill(1);
    Tensor nothing = Tensor.zeros(x.shape());
    ExplainedNetwork network = quarter();
    Target target = Target.ofClass("scores", 0);
    float[] good = network.gradient(x, target, ReluRule.GRADIENT).toArray();
    HeatMap heat = new HeatMap(good, 14, 14);
    PixelCurve deletion =
        PixelCurve.deletion(heat, t -> network.score(t, target) / 49, x, nothing, 4);
    assertEquals(List.of(0.0, 0.25, 0.5, 0.75, 1.0), deletion.shares());
    assertEquals(List.of(1.0, 0.0, 0.0, 0.0, 0.0), deletion.scores());
    assertEquals(0.125, deletion.area());
    PixelCurve insertion =
        PixelCurve.insertion(heat, t -> network.score(t, target) / 49, x, nothing, 4);
    assertEquals(0.875, insertion.area());
  }

  @Test
  void heatMapsSummariseChannelsAndGrow() {
    Tensor a = Tensor.of(Shape.of(1, 2, 1, 2), 1, -4, -3, 1);
    assertArrayEquals(new float[] {3, 4}, HeatMap.of(a, HeatMap.Summary.LARGEST).values());
    assertArrayEquals(new float[] {2, 3}, HeatMap.of(a, HeatMap.Summary.TOTAL).values());
    assertArrayEquals(new float[] {0, 0}, HeatMap.of(a, HeatMap.Summary.POSITIVE).values());
    assertArrayEquals(
        new float[] {1, 1.5f, 2.5f, 3},
        new HeatMap(new float[] {1, 3}, 2, 1).resized(4, 1).values());
  }

  @Test
  void whatIsNotThereIsRefused() {
    ExplainedNetwork network = new ExplainedNetwork(net(), TestNetworks.OPTIONS);
    Tensor x = Tensor.zeros(1, 2, 12, 12);
    assertThrows(
        IllegalArgumentException.class, () -> network.score(x, Target.ofClass("scores", 3)));
    assertThrows(
        IllegalArgumentException.class, () -> network.score(x, Target.ofClass("scores", -1)));
    assertThrows(
        IllegalArgumentException.class, () -> network.score(x, Target.neuron("first", 0, 8, 0, 0)));
    assertThrows(
        IllegalArgumentException.class,
        () -> network.score(x, Target.segment("first", 0, new boolean[5])));
    assertThrows(GraphException.class, () -> network.score(x, Target.ofClass("nothing", 0)));
    Attribution later = new ClassActivationMap(Kind.GRAD_CAM, "second", true);
    assertThrows(
        IllegalArgumentException.class,
        () -> later.attribute(network, x, Target.ofClass("first", 0)),
        "a layer behind the target");
    assertThrows(IllegalArgumentException.class, () -> new Occlusion(-1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new Rise(1, 7, 1, 0));
  }
}
