package dev.fovea.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  private static final double EXACT = 1e-12;

  private static void values(Schedule s, double... progressAndFactor) {
    for (int i = 0; i < progressAndFactor.length; i += 2) {
      assertEquals(
          progressAndFactor[i + 1],
          s.factor(progressAndFactor[i]),
          EXACT,
          s.describe() + " at " + progressAndFactor[i]);
    }
  }

  @Test
  void factorsByTheirFormulas() {
    values(Schedule.constant(), 0, 1, 0.99, 1);
    values(Schedule.cosine(), 0, 1, 0.5, 0.5, 1.0 / 3, 0.75, 1, 0);
    values(Schedule.step(3, 0.1), 0, 1, 0.33, 1, 0.34, 0.1, 0.99, 0.01);
    values(Schedule.exponential(0.01), 0, 1, 0.5, 0.1, 1, 0.01);
    values(Schedule.inverseTime(0.01), 0, 1, 0.5, 1 / 50.5, 1, 0.01);
    // Cycles of 1, 2 and 4 sevenths.
    values(
        Schedule.cosineRestarts(3, 2),
        0,
        1,
        0.5 / 7,
        0.5,
        1.0 / 7,
        1,
        2.0 / 7,
        0.5,
        3.0 / 7,
        1,
        5.0 / 7,
        0.5);
    values(
        Schedule.oneCycle(0.25, 10, 100),
        0,
        0.1,
        0.125,
        0.55,
        0.25,
        1,
        0.625,
        (1 + 0.001) / 2,
        1,
        0.001);
    values(Schedule.cosine().withWarmUp(0.2), 0, 0, 0.1, 0.5, 0.2, 1, 0.6, 0.5, 1, 0);
  }

  private static List<EpochResult> history(double... figures) {
    List<EpochResult> history = new ArrayList<>();
    for (double f : figures) {
      history.add(new EpochResult(history.size() + 1, 5 - f, Map.of("accuracy", f), 1));
    }
    return history;
  }

  @Test
  void plateauCutsWhenPatienceIsOver() {
    for (String figure : new String[] {"accuracy", "loss"}) {
      Schedule s = Schedule.reduceOnPlateau(figure, 0.1, 1);
      assertEquals(1, s.factor(0));
      assertEquals(1, s.factor(0.1, history(0.5)));
      assertEquals(1, s.factor(0.1, history(0.5, 0.4)));
      assertEquals(0.1, s.factor(0.1, history(0.5, 0.4, 0.5)), EXACT);
      assertEquals(1, s.factor(0.1, history(0.5, 0.4, 0.6, 0.5)));
      assertEquals(0.1, s.factor(0.1, history(0.5, 0.4, 0.4, 0.4)), EXACT);
      assertEquals(0.01, s.factor(0.1, history(0.5, 0.4, 0.4, 0.4, 0.4)), EXACT);
    }
    // What is not a number neither counts as the best nor hides what comes after it.
    Schedule patient = Schedule.reduceOnPlateau("accuracy", 0.1, 1);
    double none = Double.NaN;
    assertEquals(1, patient.factor(0.1, history(none, 0.4, 0.5, 0.6)));
    assertEquals(0.1, patient.factor(0.1, history(0.5, none, none)), EXACT);
    Schedule warm = Schedule.reduceOnPlateau("accuracy", 0.5, 0).withWarmUp(0.5);
    assertEquals(0.5, warm.factor(0.25, history(0.5, 0.4)));
    assertEquals(0.5, warm.factor(0.75, history(0.5, 0.4)));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Schedule.reduceOnPlateau("ap50", 0.5, 0).factor(0.1, history(0.5)))
            .getMessage();
    assertTrue(message.contains("'ap50'") && message.contains("accuracy"), message);
  }

  @Test
  void names() {
    for (String name : Schedule.names()) {
      assertTrue(Schedule.named(name, "accuracy").describe().startsWith(name), name);
    }
    String message =
        assertThrows(IllegalArgumentException.class, () -> Schedule.named("cosin", "accuracy"))
            .getMessage();
    assertTrue(message.contains("cosine") && message.contains("'cosin'"), message);
    assertThrows(IllegalArgumentException.class, () -> Schedule.oneCycle(0, 25, 1e4));
    assertThrows(IllegalArgumentException.class, () -> Schedule.cosineRestarts(0, 1));
    assertThrows(IllegalArgumentException.class, () -> Schedule.cosine().withWarmUp(1));
    assertThrows(IllegalArgumentException.class, () -> Schedule.reduceOnPlateau("accuracy", 1, 1));
  }
}
