package dev.fovea.engine.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Reshape;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlannedMemoryTest {

  private static final int MANY = 1 << 29;

  /** Input, and a chain of ReLUs. */
  private static Graph chain(int length) {
    Graph.Builder g = new Graph.Builder("chain");
    Value v = g.input("x", Shape.of(1, 4), "batch", "");
    for (int i = 0; i < length; i++) {
      v = g.node("n" + i, new Relu(), v);
    }
    return g.build(v);
  }

  @Test
  void countsWithoutAllocating() {
    Graph g = chain(20);
    List<Shape> huge = List.of(Shape.of(MANY / 4, 4));
    PlannedMemory memory = Session.planned(g, SessionOptions.inference(), huge);
    // The input is kept; of the others, two are alive at a time: 6 GiB, more than this JVM may
    // have.
    assertEquals(3L * MANY * Float.BYTES, memory.activationBytes());
    assertEquals(21L * MANY * Float.BYTES, memory.unsharedBytes());
    assertEquals(0, memory.modelBytes());
    assertEquals(memory.activationBytes(), memory.bytes());
  }

  @Test
  void countsModelAndGradients() {
    Graph.Builder g = new Graph.Builder("scaled");
    Value x = g.input("x", Shape.of(2, 3));
    Value w = g.parameter("w", Tensor.zeros(2, 3));
    Value b = g.buffer("b", Tensor.zeros(3));
    Graph graph = g.build(g.node("y", new Add(), g.node("s", new Add(), x, w), b));
    PlannedMemory inference =
        Session.planned(graph, SessionOptions.inference(), List.of(Shape.of(2, 3)));
    assertEquals(9 * Float.BYTES, inference.modelBytes());
    assertEquals(0, inference.gradientBytes());
    PlannedMemory training =
        Session.planned(graph, SessionOptions.training(1), List.of(Shape.of(2, 3)));
    assertEquals(6 * Float.BYTES, training.gradientBytes());
    assertTrue(training.activationBytes() > inference.activationBytes());
  }

  @Test
  void valuesThatTakeTurnsHaveTheSameSlot() {
    PlannedMemory memory =
        Session.planned(chain(4), SessionOptions.inference(), List.of(Shape.of(1, 4)));
    assertEquals(0, memory.slots().get("x"));
    assertEquals(memory.slots().get("n0"), memory.slots().get("n2"));
    assertNotEquals(memory.slots().get("n0"), memory.slots().get("n1"));
  }

  @Test
  void viewsHaveTheSlotOfWhatTheyShow() {
    Graph.Builder g = new Graph.Builder("views");
    Value x = g.input("x", Shape.of(2, 3));
    Value w = g.parameter("w", Tensor.zeros(6));
    Value a = g.node("a", new Reshape(List.of(6)), g.node("r", new Relu(), x));
    Value shown = g.node("shown", new Reshape(List.of(2, 3)), w);
    Graph graph = g.build(a, shown);
    PlannedMemory memory =
        Session.planned(graph, SessionOptions.inference(), List.of(Shape.of(2, 3)));
    assertEquals(memory.slots().get("r"), memory.slots().get("a"));
    assertEquals(-1, memory.slots().get("shown"));
  }

  @Test
  void whatHasNoRoomIsRefusedWithAnAdvice() {
    // So many that this JVM has no room for all of them.
    int inputs = (int) (Runtime.getRuntime().maxMemory() / Float.BYTES / MANY) + 1;
    Graph.Builder g = new Graph.Builder("wide");
    Value sum = null;
    Shape[] shapes = new Shape[inputs];
    for (int i = 0; i < inputs; i++) {
      Value x = g.input("x" + i, Shape.of(1, 4), "batch", "");
      sum = sum == null ? x : g.node("sum" + i, new Add(), sum, x);
      shapes[i] = Shape.of(MANY / 4, 4);
    }
    Graph graph = g.build(inputs == 1 ? g.node("y", new Relu(), sum) : sum);
    GraphException e =
        assertThrows(
            GraphException.class, () -> new Session(graph, SessionOptions.inference(), shapes));
    assertTrue(e.getMessage().contains("found a heap of at most"), e.getMessage());
    assertTrue(e.getMessage().contains("a batch of at most"), e.getMessage());
    assertFalse(e.getMessage().contains("a batch of at most 0"), e.getMessage());
  }

  /** Of the calling thread, which does all the work here. */
  @Test
  void aRunInTheSteadyStateAllocatesNoActivations() {
    Graph.Builder g = new Graph.Builder("convs");
    Value v = g.input("x", Shape.of(1, 3, 32, 32));
    for (int i = 0; i < 4; i++) {
      Tensor w = Tensor.zeros(16, v.shape().dim(1), 3, 3).fill(0.01f);
      v = g.node("conv" + i, Conv.square(3, 1, 1), v, g.parameter("w" + i, w));
      v = g.node("relu" + i, new Relu(), v);
    }
    v = g.node("pool", MaxPool.square(2, 2, 0), v);
    Graph graph = g.build(v);
    // Plain Java: vectors are objects until the compiler has seen a loop, whenever that may be.
    SessionOptions options = SessionOptions.inference().on(Backends.named("scalar")).withThreads(1);
    List<Shape> shapes = List.of(Shape.of(1, 3, 32, 32));
    Graph planned = Passes.planned(graph, options, shapes);
    Session session = new Session(planned, options, shapes.get(0));
    for (int i = 0; i < 50; i++) {
      session.forward();
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    int runs = 50;
    long before = threads.getThreadAllocatedBytes(id);
    for (int i = 0; i < runs; i++) {
      session.forward();
    }
    long bytes = (threads.getThreadAllocatedBytes(id) - before) / runs;
    // Closures and small tables of kernels, but nothing of the size of the activations.
    assertTrue(
        bytes < session.unsharedBytes() / 10,
        bytes + " bytes for a run with " + session.unsharedBytes() + " bytes of activations");
  }
}
