package dev.fovea.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.FusedConv;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The one operator that is none of ONNX's keeps the contract of the others. */
class FusedConvTest {

  private static final long SEED = 20261121;

  @TestFactory
  List<DynamicTest> keepsTheContract() {
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < FusedConv.SPEC.examples().size(); i++) {
      OpContract contract = new OpContract(FusedConv.SPEC.examples().get(i), SEED + i);
      for (Backend b : TestBackends.available()) {
        tests.add(DynamicTest.dynamicTest("[" + i + "] on " + b.name(), () -> contract.check(b)));
      }
    }
    return tests;
  }

  @Test
  void residualMustHaveTheShapeOfTheOutput() {
    FusedConv op = new FusedConv(Conv.square(3, 1, 1), false, true, new Relu());
    Shape x = Shape.of(2, 3, 5, 5);
    Shape w = Shape.of(4, 3, 3, 3);
    String message =
        assertThrows(
                ShapeException.class, () -> op.inferShapes(List.of(x, w, Shape.of(1, 4, 1, 1))))
            .getMessage();
    assertTrue(message.contains("residual expected [2, 4, 5, 5], found [1, 4, 1, 1]"), message);
  }
}
