package dev.fovea.engine.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Reshape;
import dev.fovea.engine.op.Sigmoid;
import dev.fovea.engine.op.Split;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SessionTest {

  private final Graph.Builder builder = new Graph.Builder("net");

  private static Tensor vector(float... v) {
    return Tensor.of(Shape.of(v.length), v);
  }

  private static void refused(Executable work, String... parts) {
    String m = assertThrows(GraphException.class, work).getMessage();
    for (String p : parts) {
      assertTrue(m.contains(p), () -> "\"" + p + "\" is missing in: " + m);
    }
  }

  private static SessionOptions gradientsOf(String... names) {
    return new SessionOptions(
        SessionOptions.inference().backend(),
        1,
        false,
        List.of(),
        false,
        List.of(),
        List.of(names),
        0);
  }

  /** {@code y = x * p}, {@code z = y * y}. */
  private Graph square() {
    Value x = builder.input("x", Shape.of(2));
    Value y = builder.node("y", new Mul(), x, builder.parameter("p", vector(3, 5)));
    return builder.build(builder.node("z", new Mul(), y, y));
  }

  @Test
  void gradientsByParameterInputAndInnerValue() {
    Session s =
        new Session(square(), SessionOptions.training(0).withGradients("x", "y"), Shape.of(2));
    assertArrayEquals(new float[] {36, 100}, s.forward(vector(2, -2)).toArray());
    s.cotangent("z").fill(1);
    s.backward();
    assertArrayEquals(new float[] {12, -20}, s.gradient("y").toArray());
    assertArrayEquals(new float[] {36, -100}, s.gradient("x").toArray());
    assertArrayEquals(new float[] {24, 40}, s.gradient("p").toArray());
    assertSame(s.gradient("p"), s.parameterGradients().get(s.graph().parameters().get(0)));
  }

  /** Its memory has held other things before. */
  @Test
  void anObserverSeesNoGradientOfWhatNobodyReads() {
    Value x = builder.input("x", Shape.of(4));
    Value p = builder.parameter("p", vector(3, 5, 7, 9));
    Value y = builder.node("y", new Mul(), x, p);
    List<Value> parts =
        builder.node("parts", new Split(0, List.of(2, 2)), List.of(y), List.of("read", "unread"));
    Value square = builder.node("square", new Mul(), parts.get(0), parts.get(0));
    Session s =
        new Session(
            builder.build(builder.node("z", new Mul(), square, square)),
            SessionOptions.training(0),
            Shape.of(4));
    Map<String, float[]> seen = new HashMap<>();
    s.observe(
        new Session.Observer() {
          @Override
          public void backward(Value value, Tensor gradient) {
            seen.put(value.name(), gradient.toArray());
          }
        });
    for (int run = 0; run < 2; run++) {
      s.forward(vector(1, 2, 3, 4));
      s.cotangent("z").fill(1);
      s.backward();
      assertArrayEquals(new float[2], seen.get("unread"));
      // (y^2)^2 has the derivative 4 y^3.
      assertArrayEquals(new float[] {108, 4000}, seen.get("read"));
      assertArrayEquals(new float[] {108, 4000, 0, 0}, seen.get("y"));
    }
  }

  @Test
  void gradientsOfParametersAddUpOthersAreFresh() {
    Session s =
        new Session(square(), SessionOptions.training(0).withGradients("x", "y"), Shape.of(2));
    for (int run = 1; run <= 3; run++) {
      s.forward(vector(2, -2));
      s.cotangent("z").fill(1);
      s.backward();
      assertArrayEquals(new float[] {24 * run, 40 * run}, s.gradient("p").toArray());
      assertArrayEquals(new float[] {36, -100}, s.gradient("x").toArray());
      assertArrayEquals(new float[] {12, -20}, s.gradient("y").toArray());
    }
    s.zeroGradients();
    assertArrayEquals(new float[] {0, 0}, s.gradient("p").toArray());
  }

  @Test
  void nothingBeforeTheWantedValueIsDifferentiated() {
    Value x = builder.input("x", Shape.of(3));
    Value a = builder.node("a", new Relu(), x);
    Value b = builder.node("b", new Reshape(List.of(1, 3)), a);
    Value c = builder.node("c", new Sigmoid(), b);
    for (String wanted : List.of("a", "b", "c")) {
      Session s = new Session(builder.build(c), gradientsOf(wanted), Shape.of(3));
      s.forward(vector(-1, 0, 1));
      s.cotangent("c").fill(4);
      s.backward();
      float first = wanted.equals("c") ? 4 : 1;
      assertEquals(first, s.gradient(wanted).get(0), 1e-6, wanted);
    }
  }

  @Test
  void anOutputMayBeAnInnerValueTooAndHaveItsGradient() {
    Graph g = square().withOutputs("y", "z");
    Session s = new Session(g, gradientsOf("y", "x"), Shape.of(2));
    s.forward(vector(2, -2));
    s.cotangent("y").copyFrom(vector(100, 200));
    s.cotangent("z").fill(1);
    s.backward();
    assertArrayEquals(new float[] {112, 180}, s.gradient("y").toArray());
    assertArrayEquals(new float[] {336, 900}, s.gradient("x").toArray());
    assertArrayEquals(new float[] {6, -10}, s.value("y").toArray());
  }

  @Test
  void viewsAreFreeAndPassGradientsOn() {
    Value x = builder.input("x", Shape.of(2, 3));
    Value flat = builder.node("flat", new Reshape(List.of(-1)), x);
    Value matrix = builder.node("matrix", new Flatten(0), flat);
    Value off = builder.node("off", new Dropout(0.5f), matrix);
    Value sum = builder.node("sum", new Add(), off, matrix);
    Graph g = builder.build(sum, off);
    Session s = new Session(g, gradientsOf("x"), Shape.of(2, 3));
    s.forward(Tensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6));
    assertSame(s.input(0).storage(), s.value("off").storage());
    assertEquals(Shape.of(1, 6), s.value("off").shape());
    assertArrayEquals(new float[] {2, 4, 6, 8, 10, 12}, s.value("sum").toArray());
    s.cotangent("sum").fill(1);
    s.cotangent("off").fill(10);
    s.backward();
    assertArrayEquals(new float[] {12, 12, 12, 12, 12, 12}, s.gradient("x").toArray());
  }

  @Test
  void seesWeightsThatChange() {
    Graph g = square();
    Session s = new Session(g, SessionOptions.inference(), Shape.of(2));
    s.forward(vector(1, 1));
    g.value("p").tensor().fill(1);
    assertArrayEquals(new float[] {4, 9}, s.forward(vector(2, 3)).toArray());
  }

  @Test
  void backwardBelongsToOneForwardRun() {
    Session s = new Session(square(), SessionOptions.training(0), Shape.of(2));
    assertThrows(IllegalStateException.class, s::backward);
    s.forward(vector(1, 1));
    s.backward();
    // The memory of the activations has been used for gradients.
    String m = assertThrows(IllegalStateException.class, s::backward).getMessage();
    assertTrue(m.contains("forward"), m);
    s.forward();
    s.backward();
  }

  @Test
  void saysWhatIsWrong() {
    Graph g = square();
    Session s = new Session(g, SessionOptions.inference(), Shape.of(2));
    s.forward(vector(1, 1));
    refused(() -> s.value("y"), "'y'", "outputs");
    refused(() -> s.value("w"), "no value 'w'", "[x, p, y, z]");
    refused(() -> s.forward(vector(1, 2, 3)), "'x'", "[2]", "[3]");
    refused(() -> s.forward(new Tensor[0]), "expected 1 inputs", "found 0");
    refused(() -> s.gradient("p"), "'p'", "not asked for");
    refused(() -> s.cotangent("z"), "'z'");
    refused(
        () -> new Session(g, SessionOptions.inference(), Shape.of(3)),
        "'x'",
        "expected [2]",
        "found [3]");
    refused(
        () -> new Session(g, SessionOptions.inference(), Shape.of(2), Shape.of(2)),
        "expected 1 inputs",
        "found 2");
    refused(
        () -> new Session(g, SessionOptions.inference().withOutputs("w"), Shape.of(2)),
        "no value 'w'");
    refused(() -> new Session(g, gradientsOf("w"), Shape.of(2)), "no value 'w'");
    Session t = new Session(g, gradientsOf("z").withOutputs("y"), Shape.of(2));
    refused(() -> t.gradient("z"), "'z'", "no output depends on it");
    refused(() -> t.cotangent("z"), "'z'", "an output of this session");
  }

  @Test
  void keepsInputsAndOutputsThroughBackward() {
    Session s = new Session(square(), SessionOptions.training(0), Shape.of(2));
    s.forward(vector(2, 3));
    s.cotangent("z").fill(1);
    s.backward();
    assertArrayEquals(new float[] {2, 3}, s.value("x").toArray());
    assertArrayEquals(new float[] {36, 225}, s.value("z").toArray());
    assertArrayEquals(new float[] {3, 5}, s.value("p").toArray());
  }

  @Test
  void anInputOrAParameterMayBeTheOutput() {
    Value x = builder.input("x", Shape.of(2));
    Value p = builder.parameter("p", vector(7, 8));
    Graph g = builder.build(x, p);
    Session s = new Session(g, SessionOptions.inference(), Shape.of(2));
    assertArrayEquals(new float[] {1, 2}, s.forward(vector(1, 2)).toArray());
    assertArrayEquals(new float[] {7, 8}, s.value("p").toArray());
  }

  /** Two dropouts on ones, so that the outputs are the masks. */
  private Graph masks() {
    Value x = builder.input("x", Shape.of(1000));
    Value a = builder.node("a", new Dropout(0.3f), x);
    return builder.build(a, builder.node("b", new Dropout(0.3f), x));
  }

  private static float[][] mask(Session s) {
    s.forward();
    return new float[][] {s.value("a").toArray(), s.value("b").toArray()};
  }

  @Test
  void masksDependOnSeedStepAndNodeAlone() {
    Graph g = masks();
    Shape shape = Shape.of(1000);
    Session s = new Session(g, SessionOptions.training(5), shape);
    s.input(0).fill(1);
    float[][] first = mask(s);
    float[][] second = mask(s);
    assertFalse(Arrays.equals(first[0], first[1]), "two nodes");
    assertFalse(Arrays.equals(first[0], second[0]), "two steps");
    s.setStep(0);
    assertArrayEquals(first, mask(s));
    s.setStep(1);
    assertArrayEquals(second, mask(s));
    Session again = new Session(g, SessionOptions.training(5).withThreads(3), shape);
    again.input(0).fill(1);
    again.setStep(1);
    assertArrayEquals(second, mask(again));
    Session other = new Session(g, SessionOptions.training(6), shape);
    other.input(0).fill(1);
    assertFalse(Arrays.equals(first[0], mask(other)[0]), "two seeds");
  }

  @Test
  void masksKeepTheRatioAndScaleTheRest() {
    for (float ratio : new float[] {0.1f, 0.5f, 0.9f}) {
      int n = 100_000;
      Graph.Builder b = new Graph.Builder("dropout");
      Value x = b.input("x", Shape.of(n));
      Graph g = b.build(b.node("y", new Dropout(ratio), x));
      Session s = new Session(g, SessionOptions.training(1).withGradients("x"), Shape.of(n));
      s.input(0).fill(1);
      float[] y = s.forward().toArray();
      int dropped = 0;
      for (float v : y) {
        if (v == 0) {
          dropped++;
        } else {
          assertEquals(1 / (1 - ratio), v);
        }
      }
      // Five standard deviations of a binomial distribution; the seed is fixed.
      double bound = 5 * Math.sqrt(n * ratio * (1 - ratio));
      assertEquals(n * (double) ratio, dropped, bound, "ratio " + ratio);
      s.cotangent("y").fill(2);
      s.backward();
      for (int i = 0; i < n; i++) {
        assertEquals(2 * y[i], s.gradient("x").get(i));
      }
    }
  }

  @Test
  void droppingNothingIsTheIdentity() {
    Value x = builder.input("x", Shape.of(3));
    Graph g = builder.build(builder.node("y", new Dropout(0), x));
    Session s = new Session(g, SessionOptions.training(1), Shape.of(3));
    assertArrayEquals(new float[] {1, 2, 3}, s.forward(vector(1, 2, 3)).toArray());
  }

  @Test
  void sharesMemory() {
    Value v = builder.input("x", Shape.of(1000));
    for (int i = 0; i < 20; i++) {
      v = builder.node("n" + i, new Relu(), v);
    }
    Graph g = builder.build(v);
    Session inference = new Session(g, SessionOptions.inference(), Shape.of(1000));
    // The input is kept; of the others, two are alive at a time.
    assertEquals(3 * 4000, inference.plannedBytes());
    assertEquals(21 * 4000, inference.unsharedBytes());
    Session training = new Session(g, gradientsOf("x"), Shape.of(1000));
    assertTrue(
        training.plannedBytes() < 0.7 * training.unsharedBytes(),
        training.plannedBytes() + " of " + training.unsharedBytes());
  }
}
