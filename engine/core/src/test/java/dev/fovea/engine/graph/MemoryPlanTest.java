package dev.fovea.engine.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.tensor.Alignment;
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

  private static boolean overlap(Tensor a, Tensor b) {
    return a.storage() == b.storage()
        && a.offset() < b.offset() + b.size()
        && b.offset() < a.offset() + a.size();
  }

  private static void assertSamePlace(Tensor a, Tensor b) {
    assertSame(a.storage(), b.storage());
    assertEquals(a.offset(), b.offset());
  }

  @Test
  void everythingBeginsALineOfLargeArrays() {
    MemoryPlan plan = new MemoryPlan();
    int[] sizes = {5, 100, Alignment.LARGE, 3 * Alignment.LARGE / 4, 3 * Alignment.LARGE, 17};
    for (int size : sizes) {
      plan.request(size, Shape.of(size), 0, 0);
    }
    MemoryPlan.Allocation m = allocate(plan);
    for (int size : sizes) {
      assertEquals(Alignment.START, m.tensors().get(size).offset() % Alignment.LINE);
    }
  }

  @Test
  void reusesMemoryOnlyAfterTheLastStepOfUse() {
    MemoryPlan plan = new MemoryPlan();
    plan.request("a", Shape.of(10), 0, 1);
    plan.request("b", Shape.of(10), 1, 2);
    plan.request("c", Shape.of(10), 2, 3);
    MemoryPlan.Allocation m = allocate(plan);
    Tensor a = m.tensors().get("a");
    assertFalse(overlap(a, m.tensors().get("b")));
    assertSamePlace(a, m.tensors().get("c"));
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
    assertSamePlace(m.tensors().get("large"), m.tensors().get("larger than all"));
    assertSamePlace(m.tensors().get("small"), m.tensors().get("fits small"));
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
          boolean shared = overlap(m.tensors().get(i), m.tensors().get(k));
          assertTrue(!(together && shared), "seed " + seed + ": " + a + " and " + b);
        }
      }
      assertTrue(m.bytes() <= plan.requestedBytes(), "seed " + seed);
    }
  }
}
