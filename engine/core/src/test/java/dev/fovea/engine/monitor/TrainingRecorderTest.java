package dev.fovea.engine.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.StepView;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingRecorderTest {
  private static final Tensor NOTHING = Tensor.zeros(1);

  private static Graph network() {
    Graph.Builder g = new Graph.Builder("one-layer");
    Value x = g.input("input", Shape.of(1, 1, 8, 8), "batch", "", "", "");
    return g.build(new Layers(g, 1).conv("conv", x, 2, 3, 1, 1, true));
  }

  /** Plays a training's steps; the numbers of those that were looked into. */
  private static List<Long> play(
      TrainingRecorder recorder, long from, long to, int epochs, int stepsPerEpoch) {
    List<Long> inspected = new ArrayList<>();
    for (long step = from; step < to; step++) {
      if (recorder.inspects(step)) {
        recorder.inspect(new StepView(step, 1, 0.1, NOTHING, NOTHING, List.of()));
        inspected.add(step);
      }
      recorder.step(
          (int) (step / stepsPerEpoch) + 1,
          epochs,
          (int) (step % stepsPerEpoch) + 1,
          stepsPerEpoch,
          1);
    }
    return inspected;
  }

  private static List<Long> steps(TrainingRecorder recorder) {
    return recorder.history().snapshots().stream().map(Snapshot::step).toList();
  }

  @Test
  void whatIsLookedIntoDoesNotDependOnInterruptions() {
    TrainingRecorder whole = new TrainingRecorder(network(), TrainingHistory.EMPTY);
    List<Long> expected = play(whole, 0, 3000, 10, 300);
    TrainingRecorder first = new TrainingRecorder(network(), TrainingHistory.EMPTY);
    play(first, 0, 1234, 10, 300);
    // The last checkpoint is older than the last step: some steps are done again.
    TrainingRecorder second = new TrainingRecorder(network(), first.history());
    play(second, 1200, 3000, 10, 300);
    assertEquals(expected, steps(whole));
    assertEquals(expected, steps(second));
    assertTrue(expected.size() <= 3000 / 32 + 6, expected.toString());
  }

  @Test
  void aTrainingWithoutItsHistoryGoesOnFromTheNextLook() {
    TrainingRecorder late = new TrainingRecorder(network(), TrainingHistory.EMPTY);
    List<Long> inspected = play(late, 1201, 3000, 10, 300);
    TrainingRecorder whole = new TrainingRecorder(network(), TrainingHistory.EMPTY);
    List<Long> all = play(whole, 0, 3000, 10, 300);
    assertEquals(all.stream().filter(s -> s > 1201).toList(), inspected);
  }

  @Test
  void aTrainingMadeLongerAgainAndAgainStaysBounded() {
    TrainingHistory history = TrainingHistory.EMPTY;
    for (int epochs = 1; epochs <= 64; epochs++) {
      TrainingRecorder recorder = new TrainingRecorder(network(), history);
      play(recorder, (epochs - 1) * 100L, epochs * 100L, epochs, 100);
      history = recorder.history();
    }
    List<Long> steps = history.snapshots().stream().map(Snapshot::step).toList();
    assertTrue(steps.size() <= 2 * (Spacing.MOST_LOOKS + Long.SIZE), steps.size() + " looks");
    assertTrue(steps.size() >= Spacing.FEWEST_LOOKS, steps.toString());
    assertEquals(0, steps.get(0));
    assertTrue(steps.get(steps.size() - 1) > 6300, steps.toString());
  }

  @Test
  void aLookVisitsABoundedNumberOfElements() {
    Graph graph = network();
    TrainingRecorder recorder = new TrainingRecorder(graph, TrainingHistory.EMPTY);
    Value output = graph.outputs().get(0);
    Tensor large = Tensor.zeros(64, 2, 64, 64);
    assertTrue(recorder.inspects(0));
    recorder.forward(output, large);
    recorder.backward(output, large);
    recorder.inspect(new StepView(0, 1, 0.1, NOTHING, NOTHING, List.of()));
    LayerState state = recorder.latest().layers().get(0);
    long visited = state.activations().count();
    assertTrue(visited <= TrainingRecorder.MOST_ELEMENTS, visited + " elements");
    assertTrue(visited > TrainingRecorder.MOST_ELEMENTS / 2, visited + " elements");
    assertEquals(visited, state.gradients().count());
  }
}
