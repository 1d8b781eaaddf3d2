package dev.fovea.engine.testkit;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.Ops;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every example of every operator on every backend that is available here. */
class OpContractTest {

  private static final long SEED = 20240611;

  @TestFactory
  List<DynamicTest> everyOperatorKeepsTheContract() {
    List<DynamicTest> tests = new ArrayList<>();
    for (OpSpec<?> spec : Ops.all()) {
      for (int i = 0; i < spec.examples().size(); i++) {
        OpContract contract = new OpContract(spec.examples().get(i), SEED + i);
        for (Backend b : TestBackends.available()) {
          tests.add(
              DynamicTest.dynamicTest(
                  spec.name() + "[" + i + "] on " + b.name(), () -> contract.check(b)));
        }
      }
    }
    return tests;
  }
}
