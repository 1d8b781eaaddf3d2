package dev.fovea.engine.testkit;

import static dev.fovea.engine.testkit.Literals.assertClose;
import static dev.fovea.engine.testkit.Literals.linspace;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Adam;
import dev.fovea.engine.train.Optimizer;
import dev.fovea.engine.train.Regularizer;
import dev.fovea.engine.train.Sgd;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Loss, optimizers and whole small trainings against the numbers that the assignments of Stanford's
 * course CS231n, "Deep learning for computer vision", check solutions by.
 */
class CourseTrainingTest {

  private static final double FLOAT = 1e-5;
  private static final Literals LITERALS = new Literals("course.txt");

  private final SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy();

  @Test
  void softmaxLoss() {
    Tensor x = LITERALS.get("softmaxLoss.x");
    Tensor gradient = Tensor.zeros(x.shape());
    double l = loss.evaluate(x, LITERALS.get("softmaxLoss.target"), null, gradient);
    assertEquals(2.30254584, l, 1e-7);
    assertClose("dx", FLOAT, gradient, LITERALS.get("softmaxLoss.dx"));
  }

  @Test
  void momentum() {
    Tensor w = linspace(-0.4, 0.6, 4, 5);
    Optimizer sgd = new Sgd(0.9);
    sgd.attach(List.of(w));
    sgd.state().get(0).copyFrom(linspace(0.6, 0.9, 4, 5));
    sgd.step(List.of(linspace(-0.6, 0.4, 4, 5)), 1e-3);
    assertClose(
        "w",
        FLOAT,
        w,
        0.1406,
        0.207389474,
        0.274178947,
        0.340968421,
        0.407757895,
        0.474547368,
        0.541336842,
        0.608126316,
        0.674915789,
        0.741705263,
        0.808494737,
        0.875284211,
        0.942073684,
        1.00886316,
        1.07565263,
        1.14244211,
        1.20923158,
        1.27602105,
        1.34281053,
        1.4096);
    assertClose(
        "velocity",
        FLOAT,
        sgd.state().get(0),
        0.5406,
        0.554757895,
        0.568915789,
        0.583073684,
        0.597231579,
        0.611389474,
        0.625547368,
        0.639705263,
        0.653863158,
        0.668021053,
        0.682178947,
        0.696336842,
        0.710494737,
        0.724652632,
        0.738810526,
        0.752968421,
        0.767126316,
        0.781284211,
        0.795442105,
        0.8096);
  }

  @Test
  void adam() {
    Tensor w = linspace(-0.4, 0.6, 4, 5);
    Optimizer adam = new Adam();
    adam.attach(List.of(w));
    adam.state().get(0).copyFrom(linspace(0.6, 0.9, 4, 5));
    adam.state().get(1).copyFrom(linspace(0.7, 0.5, 4, 5));
    adam.setSteps(5);
    adam.step(List.of(linspace(-0.6, 0.4, 4, 5)), 1e-2);
    assertEquals(6, adam.steps());
    assertClose(
        "w",
        FLOAT,
        w,
        -0.400947472,
        -0.348361869,
        -0.295777032,
        -0.243192988,
        -0.190609766,
        -0.138027396,
        -0.0854459098,
        -0.0328653407,
        0.0197142755,
        0.0722929013,
        0.124870497,
        0.17744702,
        0.230022426,
        0.282596668,
        0.335169694,
        0.387741452,
        0.440311884,
        0.492880928,
        0.54544852,
        0.59801459);
    assertClose(
        "first moment",
        FLOAT,
        adam.state().get(0),
        0.48,
        0.499473684,
        0.518947368,
        0.538421053,
        0.557894737,
        0.577368421,
        0.596842105,
        0.616315789,
        0.635789474,
        0.655263158,
        0.674736842,
        0.694210526,
        0.713684211,
        0.733157895,
        0.752631579,
        0.772105263,
        0.791578947,
        0.811052632,
        0.830526316,
        0.85);
    assertClose(
        "second moment",
        FLOAT,
        adam.state().get(1),
        0.69966,
        0.689083823,
        0.678513186,
        0.667948089,
        0.657388532,
        0.646834515,
        0.636286039,
        0.625743102,
        0.615205706,
        0.60467385,
        0.594147535,
        0.583626759,
        0.573111524,
        0.562601828,
        0.552097673,
        0.541599058,
        0.531105983,
        0.520618449,
        0.510136454,
        0.49966);
  }

  /** Four steps each on f(x) = x^2 from x = 1 with rate 0.1, in closed form. */
  @Test
  void trajectories() {
    trajectory(new Sgd(0), 0.8, 0.64, 0.512, 0.4096);
    trajectory(new Sgd(0.9), 0.8, 0.46, 0.062, -0.3086);
    trajectory(new Adam(), 0.9000000005, 0.8004122287, 0.701586273, 0.6039390606);
  }

  private static void trajectory(Optimizer optimizer, double... expected) {
    Tensor x = Tensor.of(Shape.of(1), 1);
    optimizer.attach(List.of(x));
    for (double e : expected) {
      optimizer.step(List.of(Tensor.of(Shape.of(1), 2 * x.get(0))), 0.1);
      assertEquals(e, x.get(0), 1e-6, optimizer.describe());
    }
  }

  /** Affine, ReLU, affine; weights {@code [in, out]} as in the course. */
  private static Graph twoLayers(int examples, Tensor w1, Tensor b1, Tensor w2, Tensor b2) {
    Graph.Builder b = new Graph.Builder("two layers");
    Gemm affine = new Gemm(1, 1, false, false);
    Value x = b.input("x", Shape.of(examples, w1.shape().dim(0)));
    Value h = b.node("h", affine, x, b.parameter("w1", w1), b.parameter("b1", b1));
    Value r = b.node("r", new Relu(), h);
    return b.build(b.node("scores", affine, r, b.parameter("w2", w2), b.parameter("b2", b2)));
  }

  /** Loss and gradients of a two-layer net with a penalty {@code lambda / 2 sum w^2}. */
  private double lossAndGradients(
      Session s, Tensor x, Tensor target, Tensor weights, double lambda) {
    s.zeroGradients();
    Tensor scores = s.forward(x);
    double l = loss.evaluate(scores, target, weights, s.cotangent("scores"));
    s.backward();
    for (Value p : s.graph().parameters()) {
      Regularizer.l2(lambda).addTo(p.tensor(), s.gradient(p.name()));
      if (p.shape().rank() > 1) {
        l += lambda / 2 * NumericGradient.dot(p.tensor(), p.tensor());
      }
    }
    return l;
  }

  private static Session training(Graph g, Tensor x) {
    return new Session(g, SessionOptions.training(0), x.shape());
  }

  @Test
  void twoLayerNet() {
    Tensor columns = linspace(-5.5, 4.5, 5, 3);
    Tensor x = Tensor.zeros(3, 5);
    for (int i = 0; i < 15; i++) {
      x.array()[i % 3 * 5 + i / 3] = columns.get(i);
    }
    Graph g =
        twoLayers(
            3,
            linspace(-0.7, 0.3, 5, 50),
            linspace(-0.1, 0.9, 50),
            linspace(-0.3, 0.4, 50, 7),
            linspace(-0.9, 0.1, 7));
    Session s = training(g, x);
    assertClose(
        "scores",
        FLOAT,
        s.forward(x),
        11.5316511,
        12.2917344,
        13.0518177,
        13.811901,
        14.5719843,
        15.3320676,
        16.092151,
        12.057691,
        12.7461411,
        13.4345911,
        14.1230412,
        14.8114913,
        15.4999414,
        16.1883914,
        12.5837309,
        13.2005477,
        13.8173645,
        14.4341814,
        15.0509982,
        15.6678151,
        16.2846319);
    Tensor target = Tensor.of(Shape.of(3), 0, 5, 1);
    assertEquals(3.4702243556, lossAndGradients(s, x, target, null, 0), 1e-5);
    assertEquals(26.5948426952, lossAndGradients(s, x, target, null, 1), 1e-4);
    lossAndGradients(s, x, target, null, 0.7);
    assertClose(
        "db2",
        FLOAT,
        s.gradient("b2"),
        -0.324939342,
        -0.316876984,
        0.0323684021,
        0.0638789058,
        0.126491378,
        -0.0820039775,
        0.501081618);
    assertClose(
        "first row of dw1",
        FLOAT,
        s.gradient("w1").slice(0, 1).reshape(50).slice(0, 5),
        -0.5197882411,
        -0.5169769961,
        -0.5141657511,
        -0.5113545061,
        -0.5085432612);
    assertClose(
        "first row of dw2",
        FLOAT,
        s.gradient("w2").slice(0, 1).reshape(7).slice(0, 5),
        -2.1754326145,
        -1.4248976,
        -0.0519730941,
        0.1037284886,
        0.4149007185);
  }

  /**
   * A hundred steps of plain gradient descent with a decaying rate. Each batch draws 200 examples
   * from five with replacement, so a batch is how often each one is drawn: weights of the loss.
   */
  @Test
  void aHundredSteps() {
    Tensor w1 = LITERALS.get("sgd.w1");
    Tensor b1 = Tensor.zeros(10);
    Tensor w2 = LITERALS.get("sgd.w2");
    Tensor b2 = Tensor.zeros(3);
    Tensor x = LITERALS.get("sgd.x");
    Tensor target = LITERALS.get("sgd.target");
    Tensor counts = LITERALS.get("sgd.counts");
    Tensor losses = LITERALS.get("sgd.losses");
    Graph g = twoLayers(5, w1, b1, w2, b2);
    Session s = training(g, x);
    Optimizer sgd = new Sgd(0);
    sgd.attach(g.parameters().stream().map(Value::tensor).toList());
    double rate = 0.1;
    for (int step = 0; step < 100; step++) {
      Tensor drawn = counts.slice(step, step + 1).reshape(5);
      // This assignment's penalty is lambda sum w^2, without the half.
      double l = lossAndGradients(s, x, target, drawn, 2 * 5e-6);
      assertEquals(losses.get(step), l, 1e-4 * losses.get(step), "loss of step " + step);
      sgd.step(List.copyOf(s.parameterGradients().values()), rate);
      rate *= 0.95;
    }
    assertClose("w1", 1e-4, w1, LITERALS.get("sgd.w1After"));
    assertClose("b1", 1e-4, b1, LITERALS.get("sgd.b1After"));
    assertClose("w2", 1e-4, w2, LITERALS.get("sgd.w2After"));
    assertClose("b2", 1e-4, b2, LITERALS.get("sgd.b2After"));
  }

  /** With small weights, the loss of C classes is log C. */
  @Test
  void lossAtTheStart() {
    Tensor logits = linspace(-1e-3, 1e-3, 100, 10);
    assertEquals(Math.log(10), loss.evaluate(logits, Tensor.zeros(100), null, null), 1e-3);
  }
}
