package dev.fovea.engine.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {

  private static MemoryPlan.Allocation allocate(MemoryPlan plan) {
    return plan.allocate(Backends.named("scalar"));
  }

  @Test
  void reusesMemoryOnlyAfterTheLastStepOfUse() {
    MemoryPlan plan = new MemoryPlan();
    plan.request("a", Shape.of(10), 0, 1);
    plan.request("b", Shape.of(10), 1, 2);
    plan.request("c", Shape.of(10), 2, 3);
    MemoryPlan.Allocation m = allocate(plan);
    Tensor a = m.tensors().get("a");
    assertNotSame(a.storage(), m.tensors().get("b").storage());
    assertSame(a.storage(), m.tensors().get("c").storage());
    assertEquals(120, plan.requestedBytes());
    assertEquals(80, m.bytes());
  }

  @Test
  void takesTheSmallestSlotThatFitsAndGrowsTheLargestOtherwise() {
    MemoryPlan plan = new MemoryPlan();
    plan.request("large", Shape.of(100), 0, 0);
    plan.request("small", Shape.of(10), 0, 0);
    plan.request("fits small", Shape.of(3, 3), 1, 1);
    plan.request("larger than all", Shape.of(120), 1, 1);
    MemoryPlan.Allocation m = allocate(plan);
    // Served largest first within a step: the large request grows the large slot.
    assertSame(m.tensors().get("large").storage(), m.tensors().get("larger than all").storage());
    assertSame(m.tensors().get("small").storage(), m.tensors().get("fits small").storage());
    assertEquals(Shape.of(3, 3), m.tensors().get("fits small").shape());
    assertEquals(4 * 130, m.bytes());
  }

  @Test
  void servesEmptyAndScalarRequests() {
    MemoryPlan plan = new MemoryPlan();
    plan.request("none", Shape.of(0, 3), 0, 5);
    plan.request("one", Shape.SCALAR, 0, 5);
    MemoryPlan.Allocation m = allocate(plan);
    assertEquals(0, m.tensors().get("none").size());
    assertEquals(1, m.tensors().get("one").size());
    assertEquals(4, m.bytes());
  }

  private record Request(int size, int first, int last) {}

  @Test
  void neverSharesWhatLivesAtTheSameTime() {
    for (long seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      MemoryPlan plan = new MemoryPlan();
      List<Request> requests = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        int first = random.nextInt(-1, 20);
        Request r = new Request(random.nextInt(50), first, first + random.nextInt(8));
        requests.add(r);
        plan.request(i, Shape.of(r.size), r.first, r.last);
      }
      MemoryPlan.Allocation m = allocate(plan);
      for (int i = 0; i < requests.size(); i++) {
        for (int k = 0; k < i; k++) {
          Request a = requests.get(i);
          Request b = requests.get(k);
          boolean together = a.first <= b.last && b.first <= a.last;
          boolean shared = m.tensors().get(i).storage() == m.tensors().get(k).storage();
          assertTrue(!(together && shared), "seed " + seed + ": " + a + " and " + b);
        }
      }
      assertTrue(m.bytes() <= plan.requestedBytes(), "seed " + seed);
    }
  }
}
