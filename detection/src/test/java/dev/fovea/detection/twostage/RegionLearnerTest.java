package dev.fovea.detection.twostage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.train.ObjectRows;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Learner;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class RegionLearnerTest {
  private static final int SIDE = 64;
  private static final int CLASSES = 2;
  private static final int MOST = 3;
  private static final List<Annotation> OBJECTS =
      List.of(
          Annotation.of(0, new Box(6, 8, 26, 30)),
          Annotation.of(1, new Box(30, 20, 58, 52)),
          Annotation.of(1, new Box(2, 44, 20, 60)).withDifficult(true));

  private static FasterRcnn faster() {
    return new FasterRcnn(SIDE, SIDE, Backbone.residual(2, 8), List.of(12.0, 24.0, 48.0), 4, 8);
  }

  private static MaskRcnn mask() {
    Preprocessing any =
        Preprocessing.unit(Preprocessing.Channels.RGB, 0, 0, Preprocessing.Resize.NONE);
    return new MaskRcnn(faster(), 1, any);
  }

  /** Two pictures with the same objects, as rows and as pixels. */
  private static Tensor target(boolean masks) {
    Tensor rows = Tensor.zeros(1, MOST, ObjectRows.COLUMNS);
    ObjectRows.write(OBJECTS, rows.reshape(MOST, ObjectRows.COLUMNS));
    Shape one = masks ? InstanceRows.shape(MOST, SIDE, SIDE) : ObjectRows.shape(MOST);
    Tensor all = Tensor.zeros(one.under(2));
    for (int p = 0; p < 2; p++) {
      Tensor own = all.slice(p, p + 1);
      Tensor.over(own.storage(), own.offset(), rows.shape()).copyFrom(rows);
      if (masks) {
        Tensor pixels = InstanceRows.instances(own, SIDE, SIDE);
        for (int i = 0; i < pixels.size(); i++) {
          for (int o = 0; o < OBJECTS.size(); o++) {
            Box box = OBJECTS.get(o).box();
            // Round, so that not all cells of a mask are inside.
            double u = (i % SIDE + 0.5 - box.cx()) / box.width();
            double v = (i / SIDE + 0.5 - box.cy()) / box.height();
            if (u * u + v * v < 0.25) {
              pixels.array()[pixels.offset() + i] = o + 1;
            }
          }
        }
      }
    }
    return all;
  }

  private static Learner open(Graph graph, Learner.Opening opening, int threads) {
    Learner learner =
        opening.open(
            graph, Shape.of(2, 3, SIDE, SIDE), SessionOptions.training(5).withThreads(threads));
    SplittableRandom random = new SplittableRandom(9);
    for (int i = 0; i < learner.input().size(); i++) {
      learner.input().array()[learner.input().offset() + i] = (float) random.nextDouble();
    }
    return learner;
  }

  /** Sets weights to zero, so that what comes after them does not depend on what was before. */
  private static void cut(Graph graph, String... layers) {
    for (String layer : layers) {
      graph.value(layer + ".weight").tensor().fill(0);
    }
  }

  /** The derivative along a random direction of some parameters, and what the gradients say. */
  private static void assertSlope(
      Graph graph, Learner learner, Predicate<String> which, Predicate<String> losses) {
    Tensor target = target(graph.name().equals(MaskRcnn.FORMAT));
    learner.evaluate(target, null, 0);
    learner.backward();
    SplittableRandom random = new SplittableRandom(3);
    double said = 0;
    double[] measured = new double[2];
    Map<Value, Tensor> gradients = learner.gradients();
    List<Value> moved = graph.parameters().stream().filter(v -> which.test(v.name())).toList();
    double[][] direction = new double[moved.size()][];
    for (int p = 0; p < moved.size(); p++) {
      Tensor gradient = gradients.get(moved.get(p));
      direction[p] = new double[gradient.size()];
      for (int i = 0; i < gradient.size(); i++) {
        // Along the gradient for the most part, so that the slope is larger than the rounding.
        direction[p][i] = gradient.get(i) * (0.5 + random.nextDouble());
        said += direction[p][i] * gradient.get(i);
      }
    }
    double step = 5e-4 / Math.sqrt(said);
    for (int side = 0; side < 2; side++) {
      for (int p = 0; p < moved.size(); p++) {
        add(moved.get(p).tensor(), direction[p], side == 0 ? step : -2 * step);
      }
      learner.evaluate(target, null, 0);
      measured[side] =
          learner.losses().entrySet().stream()
              .filter(e -> losses.test(e.getKey()))
              .mapToDouble(Map.Entry::getValue)
              .sum();
    }
    double slope = (measured[0] - measured[1]) / (2 * step);
    assertTrue(said > 1e-6, () -> "no gradient by " + moved);
    assertEquals(said, slope, 0.03 * said, moved.size() + " parameters");
  }

  private static void add(Tensor to, double[] direction, double factor) {
    for (int i = 0; i < direction.length; i++) {
      to.array()[to.offset() + i] += (float) (factor * direction[i]);
    }
  }

  private static boolean isTrunk(String name) {
    return name.startsWith("stage") || name.startsWith("stem") || name.startsWith("features");
  }

  /** Where the regions are counts as a constant in the gradient: so nothing may move them here. */
  @Test
  void gradientsFlowFromTheHeadsToTheBackbone() {
    Graph graph = faster().build(CLASSES, 1);
    cut(graph, "moves0", "objects0");
    Learner learner = open(graph, faster().learner(CLASSES), 1);
    assertSlope(graph, learner, RegionLearnerTest::isTrunk, loss -> true);
  }

  @Test
  void gradientsFlowFromTheProposalsToTheBackbone() {
    Graph graph = faster().build(CLASSES, 1);
    cut(graph, "classes", "boxes");
    Learner learner = open(graph, faster().learner(CLASSES), 1);
    assertSlope(
        graph,
        learner,
        n -> isTrunk(n) || n.startsWith("rpn") || n.startsWith("moves") || n.startsWith("objects"),
        loss -> loss.startsWith("proposal"));
  }

  @Test
  void gradientsFlowFromTheMasksToTheBackbone() {
    Graph graph = mask().build(CLASSES, 3);
    cut(graph, "moves0", "objects0", "classes", "boxes");
    Learner learner = open(graph, mask().learner(CLASSES), 1);
    assertSlope(
        graph, learner, n -> isTrunk(n) || n.startsWith("mask"), loss -> loss.equals("masks"));
    assertEquals(
        Set.of("proposal objects", "proposal boxes", "classes", "boxes", "masks"),
        learner.losses().keySet());
  }

  @Test
  void gradientsOfTheHeads() {
    Graph graph = faster().build(CLASSES, 2);
    Learner learner = open(graph, faster().learner(CLASSES), 1);
    assertSlope(
        graph,
        learner,
        n -> n.startsWith("head.") || n.startsWith("classes") || n.startsWith("boxes"),
        loss -> true);
  }

  @Test
  void everyParameterHasAGradient() {
    Graph graph = mask().build(CLASSES, 4);
    Learner learner = open(graph, mask().learner(CLASSES), 1);
    learner.evaluate(target(true), null, 0);
    learner.backward();
    assertEquals(graph.parameters(), List.copyOf(learner.gradients().keySet()));
    // The moves of some level may be without a positive anchor, but they share their weights.
    learner
        .gradients()
        .forEach(
            (v, t) -> {
              boolean any = false;
              for (int i = 0; i < t.size(); i++) {
                any |= t.get(i) != 0;
              }
              assertTrue(any, v.name());
            });
  }

  @Test
  void theNumberOfThreadsDoesNotMatter() {
    Graph one = mask().build(CLASSES, 4);
    Graph two = mask().build(CLASSES, 4);
    Learner single = open(one, mask().learner(CLASSES), 1);
    Learner several = open(two, mask().learner(CLASSES), 3);
    assertEquals(single.evaluate(target(true), null, 7), several.evaluate(target(true), null, 7));
    single.backward();
    several.backward();
    for (Value v : one.parameters()) {
      Tensor other = several.gradients().get(two.value(v.name()));
      assertArrayEquals(single.gradients().get(v).toArray(), other.toArray(), v.name());
    }
  }
}
