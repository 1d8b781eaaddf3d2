package dev.fovea.detection.single;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.Detection;
import dev.fovea.detection.Thresholds;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.Overlap;
import dev.fovea.detection.single.DeepPose.Joint;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Adam;
import dev.fovea.engine.train.Learner;
import dev.fovea.engine.train.SessionLearner;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingData;
import dev.fovea.engine.train.TrainingListener;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SingleObjectTest {
  private static final int SIDE = 16;

  /** A classifier of grey pictures, with its first weights. */
  private static Graph classifier(int classes) {
    Graph.Builder g = new Graph.Builder("small");
    Layers layers = new Layers(g, 1);
    Value x = g.input("input", Shape.of(1, 1, SIDE, SIDE), "batch", "", "", "");
    x = g.node("relu1", new Relu(), layers.conv("conv1", x, 8, 3, 1, 1, true));
    x = g.node("pool1", MaxPool.square(2, 2, 0), x);
    x = g.node("relu2", new Relu(), layers.conv("conv2", x, 16, 3, 1, 1, true));
    x = g.node("pool2", MaxPool.square(2, 2, 0), x);
    x = layers.dense("fc", g.node("flat", new Flatten(1), x), 32, Initializer.he());
    x = layers.dense("logits", g.node("relu3", new Relu(), x), classes, Initializer.xavier());
    return g.build(g.node("probabilities", new Softmax(1), x));
  }

  /** Draws a bright bar, lying (0) or standing (1), at a place that the seed decides. */
  private static Box bar(int label, long seed, Tensor picture) {
    SplittableRandom random = new SplittableRandom(seed);
    int length = 7 + random.nextInt(4);
    int width = label == 0 ? length : 3;
    int height = label == 0 ? 3 : length;
    int left = random.nextInt(SIDE - width + 1);
    int top = random.nextInt(SIDE - height + 1);
    for (int i = 0; i < SIDE * SIDE; i++) {
      int x = i % SIDE - left;
      int y = i / SIDE - top;
      boolean inside = x >= 0 && y >= 0 && x < width && y < height;
      picture.array()[picture.offset() + i] = inside ? 1 : (float) (0.2 * random.nextDouble());
    }
    return Box.ofSize(left, top, width, height);
  }

  /** What is right for a picture. */
  private interface Truth {
    void write(int label, Box box, Tensor target);
  }

  private static TrainingData bars(int count, Shape target, Truth truth) {
    return new TrainingData() {
      @Override
      public int size() {
        return count;
      }

      @Override
      public Shape inputShape() {
        return Shape.of(1, SIDE, SIDE);
      }

      @Override
      public Shape targetShape() {
        return target;
      }

      @Override
      public void sample(int index, long seed, Tensor input, Tensor to, Tensor weight) {
        truth.write(index % 2, bar(index % 2, index, input), to);
      }
    };
  }

  private static void train(Graph graph, TrainingData data, Learner.Opening opening)
      throws IOException {
    new Trainer(
            graph,
            data,
            opening,
            new Adam(),
            null,
            TrainingListener.NONE,
            TrainerOptions.defaults("", 30, 20, 4e-3, 1))
        .fit();
  }

  @Test
  void learnsClassAndBoxTogether() throws IOException {
    Localization localization = new Localization(2, 5);
    Graph graph = localization.network(classifier(2), 2);
    train(
        graph,
        bars(
            200,
            Shape.of(Localization.TARGET),
            (label, box, to) -> Localization.write(label, box, SIDE, SIDE, to)),
        localization.learner());
    Session session = new Session(graph, SessionOptions.inference(), Shape.of(1, 1, SIDE, SIDE));
    Tensor picture = Tensor.zeros(1, 1, SIDE, SIDE);
    int right = 0;
    double overlap = 0;
    for (int i = 0; i < 40; i++) {
      Box truth = bar(i % 2, 10_000 + i, picture);
      session.forward(picture);
      Tensor logits = session.value(Localization.CLASSES);
      right += (logits.get(1) > logits.get(0) ? 1 : 0) == i % 2 ? 1 : 0;
      Box found = Localization.box(session.value(Localization.BOX), 0, SIDE, SIDE);
      overlap += Overlap.IOU.of(truth, found) / 40;
    }
    assertTrue(right >= 36, right + " of 40 classes");
    assertTrue(overlap > 0.45, "mean overlap with other pictures' boxes " + overlap);
  }

  @Test
  void theLossesAreWeightedAsTheyAreSummed() {
    Graph graph = new Localization(2, 1).network(classifier(2), 2);
    Tensor target = Tensor.of(Shape.of(1, 5), 1, 0.1f, 0.2f, 0.7f, 0.9f);
    double[] box = new double[2];
    float[][] gradients = new float[2][];
    for (int i = 0; i < 2; i++) {
      Learner learner =
          new Localization(2, 1 + 2 * i)
              .learner()
              .open(graph, Shape.of(1, 1, SIDE, SIDE), SessionOptions.training(1).withThreads(1));
      bar(0, 5, learner.input());
      double sum = learner.evaluate(target, null, 0);
      Map<String, Double> parts = learner.losses();
      assertEquals(sum, parts.get("classes") + parts.get("box"), 1e-9);
      box[i] = parts.get("box");
      learner.backward();
      gradients[i] = learner.gradients().get(graph.value("box.bias")).toArray();
    }
    assertEquals(3 * box[0], box[1], 1e-6);
    for (int e = 0; e < 4; e++) {
      assertEquals(3 * gradients[0][e], gradients[1][e], 1e-5);
    }
  }

  @Test
  void learnsTheEndsOfBars() throws IOException {
    DeepPose pose = new DeepPose(3);
    Box whole = new Box(0, 0, SIDE, SIDE);
    Graph graph = pose.network(classifier(2), 3);
    train(
        graph,
        bars(
            200,
            Shape.of(DeepPose.TARGET * 3),
            (label, box, to) -> pose.write(ends(box), whole, to)),
        pose.learner());
    Session session = new Session(graph, SessionOptions.inference(), Shape.of(1, 1, SIDE, SIDE));
    Tensor picture = Tensor.zeros(1, 1, SIDE, SIDE);
    double correct = 0;
    for (int i = 0; i < 40; i++) {
      Box truth = bar(i % 2, 10_000 + i, picture);
      List<Joint> found = pose.read(session.forward(picture), 0, whole);
      correct += DeepPose.correct(ends(truth), found, whole, 0.2) / 40;
    }
    assertTrue(correct > 0.85, "correct joints " + correct);
  }

  /** The corners of a bar, and a joint that nobody sees. */
  private static List<Joint> ends(Box box) {
    return List.of(
        new Joint(box.x1(), box.y1(), true),
        new Joint(box.x2(), box.y2(), true),
        new Joint(999, 999, false));
  }

  @Test
  void jointsThatAreNotSeenDoNotCount() {
    DeepPose pose = new DeepPose(3);
    Box whole = new Box(0, 0, SIDE, SIDE);
    Graph graph = pose.network(classifier(2), 3);
    Learner learner =
        pose.learner()
            .open(graph, Shape.of(1, 1, SIDE, SIDE), SessionOptions.training(1).withThreads(1));
    bar(0, 1, learner.input());
    Tensor target = Tensor.zeros(1, 9);
    pose.write(ends(new Box(2, 3, 9, 6)), whole, target);
    learner.evaluate(target, null, 0);
    learner.backward();
    float[] bias = learner.gradients().get(graph.value("joints.bias")).toArray();
    assertTrue(bias[0] != 0 && bias[3] != 0);
    assertArrayEquals(new float[] {0, 0}, new float[] {bias[4], bias[5]});
    assertEquals(-1, DeepPose.correct(List.of(ends(whole).get(2)), List.of(), whole, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> pose.write(List.of(), new Box(0, 0, 1, 1), Tensor.zeros(9)));
  }

  @Test
  void aSlidingClassifierFindsBarsInALargerPicture() throws IOException {
    Graph classifier = classifier(3);
    // Class 2 is background: nothing but noise.
    TrainingData data = bars(300, Shape.SCALAR, (label, box, to) -> to.fill(label));
    TrainingData withBackground =
        new TrainingData() {
          @Override
          public int size() {
            return data.size();
          }

          @Override
          public Shape inputShape() {
            return data.inputShape();
          }

          @Override
          public Shape targetShape() {
            return data.targetShape();
          }

          @Override
          public void sample(int index, long seed, Tensor input, Tensor to, Tensor weight) {
            if (index % 3 == 2) {
              SplittableRandom random = new SplittableRandom(index);
              for (int i = 0; i < SIDE * SIDE; i++) {
                input.array()[input.offset() + i] = (float) (0.2 * random.nextDouble());
              }
              to.fill(2);
            } else {
              data.sample(index, seed, input, to, weight);
            }
          }
        };
    train(
        classifier,
        withBackground,
        SessionLearner.opening(
            SessionLearner.Objective.of(new SoftmaxCrossEntropy()), "bars", "logits"));
    SlidingWindow sliding =
        new SlidingWindow(
            classifier, 2, g -> Passes.open(g, SessionOptions.inference().withThreads(1)));
    assertEquals(4, sliding.stride());
    Tensor picture = Tensor.zeros(1, 1, 64, 80);
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < picture.size(); i++) {
      int x = i % 80;
      int y = i / 80;
      boolean lying = x >= 12 && x < 21 && y >= 30 && y < 33;
      boolean standing = x >= 60 && x < 63 && y >= 8 && y < 17;
      picture.array()[i] = lying || standing ? 1 : (float) (0.2 * random.nextDouble());
    }
    List<Detection> found =
        sliding.detect(picture, List.of(1.0, 0.1), new Thresholds(0.6, 0.1, 20));
    assertTrue(holds(found, 0, 16, 31), () -> "lying among " + found);
    assertTrue(holds(found, 1, 61, 12), () -> "standing among " + found);
    assertTrue(found.stream().allMatch(d -> d.box().width() == SIDE));
  }

  /** Whether a find of a class holds a point. */
  private static boolean holds(List<Detection> found, int label, double x, double y) {
    return found.stream()
        .filter(d -> d.label() == label)
        .map(Detection::box)
        .anyMatch(b -> b.x1() < x && x < b.x2() && b.y1() < y && y < b.y2());
  }
}
