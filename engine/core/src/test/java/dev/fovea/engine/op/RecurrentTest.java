package dev.fovea.engine.op;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mistakes in the functions of a recurrent layer, which files cannot make but programs can. */
class RecurrentTest {

  @Test
  void tooFewFunctionsAreRefusedBeforeTheRun() {
    Recurrence how =
        Recurrence.of(2, Direction.FORWARD, false, false, LSTM.USUAL).with(Activation.TANH);
    LSTM op = new LSTM(how, false, false);
    List<Shape> in = List.of(Shape.of(3, 1, 2), Shape.of(1, 8, 2), Shape.of(1, 8, 2));
    String message = assertThrows(ShapeException.class, () -> op.inferShapes(in)).getMessage();
    assertTrue(message.contains("expected 3 functions"), message);
  }
}
