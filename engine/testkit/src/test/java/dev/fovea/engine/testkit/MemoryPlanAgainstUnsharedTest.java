package dev.fovea.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.PlannedMemory;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions with planned memory give the bits of an execution that shares none. */
class MemoryPlanAgainstUnsharedTest {

  private static final int GRAPHS = 150;

  static List<String> backends() {
    return TestBackends.names();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void randomGraphs(String backend) {
    long planned = 0;
    long unshared = 0;
    int finite = 0;
    for (long seed = 1; seed <= GRAPHS; seed++) {
      Session s = compare(Backends.named(backend), seed);
      planned += s.plannedBytes();
      unshared += s.unsharedBytes();
      assertTrue(s.plannedBytes() <= s.unsharedBytes(), "seed " + seed);
      PlannedMemory foretold = foretold(s);
      assertEquals(s.plannedBytes(), foretold.activationBytes(), "seed " + seed);
      assertEquals(s.unsharedBytes(), foretold.unsharedBytes(), "seed " + seed);
      finite += Float.isFinite(sum(s.value(s.graph().outputs().get(0).name()))) ? 1 : 0;
    }
    // That the plan is worth something, and that the comparison was not one of NaN with NaN.
    assertTrue(planned < 0.8 * unshared, planned + " of " + unshared + " bytes");
    assertTrue(finite > 0.9 * GRAPHS, finite + " of " + GRAPHS + " graphs");
  }

  /** The same without opening a session. */
  private static PlannedMemory foretold(Session s) {
    List<Shape> inputs =
        IntStream.range(0, s.graph().inputs().size()).mapToObj(i -> s.input(i).shape()).toList();
    return Session.planned(s.graph(), s.options(), inputs);
  }

  private static float sum(Tensor t) {
    float sum = 0;
    for (float v : t.toArray()) {
      sum += v;
    }
    return sum;
  }

  private static Session compare(Backend backend, long seed) {
    SplittableRandom random = new SplittableRandom(-seed);
    Graph graph = RandomGraph.of(seed, 8 + random.nextInt(20));
    Graph careful = graph.copy();
    boolean training = random.nextBoolean();
    List<String> wanted = new ArrayList<>();
    for (Value v : graph.values()) {
      boolean used = graph.nodes().stream().anyMatch(n -> n.inputs().contains(v));
      if ((v.kind() == Value.Kind.COMPUTED || v.kind() == Value.Kind.INPUT)
          && used
          && random.nextInt(3) == 0) {
        wanted.add(v.name());
      }
    }
    boolean parameters = wanted.isEmpty() || random.nextInt(4) > 0;
    Session session =
        new Session(
            graph,
            new SessionOptions(
                backend, 2, training, List.of(), parameters, List.of(), wanted, seed),
            graph.inputs().stream().map(Value::shape).toArray(Shape[]::new));
    List<Tensor> inputs = new ArrayList<>();
    for (Value v : graph.inputs()) {
      inputs.add(InputSampler.uniform(v.shape(), -1, 1, random));
    }
    Map<String, Tensor> cotangents = new LinkedHashMap<>();
    for (Value v : graph.outputs()) {
      cotangents.put(v.name(), InputSampler.signed(v.shape(), 0.25, 1, random));
    }
    String where = "seed " + seed + " on " + backend.name() + (training ? ", training" : "");

    Set<Value> differentiable = dependents(session, wanted);
    run(session, inputs, cotangents, differentiable);
    UnsharedExecution oracle = new UnsharedExecution(careful, backend, training);
    oracle.forward(inputs);
    Map<Value, Tensor> flowing = new LinkedHashMap<>();
    cotangents.forEach((name, t) -> flowing.put(careful.value(name), t));
    oracle.backward(flowing);

    Map<String, Tensor> found = results(session, wanted);
    found.forEach(
        (what, t) -> {
          String name = what.substring(what.indexOf(' ') + 1);
          Value v = careful.value(name);
          Tensor expected = what.startsWith("value") ? oracle.value(v) : oracle.gradient(v);
          assertArrayEquals(expected.toArray(), t.toArray(), where + ": " + what);
        });
    for (Value v : graph.buffers()) {
      assertArrayEquals(
          careful.value(v.name()).tensor().toArray(),
          v.tensor().toArray(),
          where + ": buffer " + v.name());
    }

    session.setStep(0);
    session.zeroGradients();
    run(session, inputs, cotangents, differentiable);
    results(session, wanted)
        .forEach(
            (what, t) ->
                assertArrayEquals(
                    found.get(what).toArray(), t.toArray(), where + ", run again: " + what));
    return session;
  }

  private static void run(
      Session session,
      List<Tensor> inputs,
      Map<String, Tensor> cotangents,
      Set<Value> differentiable) {
    session.forward(inputs.toArray(Tensor[]::new));
    for (Value v : session.graph().outputs()) {
      if (differentiable.contains(v)) {
        session.cotangent(v.name()).copyFrom(cotangents.get(v.name()));
      }
    }
    session.backward();
  }

  /** The values through which wanted gradients flow; other outputs have no cotangent. */
  private static Set<Value> dependents(Session session, List<String> wanted) {
    Graph g = session.graph();
    Set<Value> set = new HashSet<>(session.parameterGradients().keySet());
    wanted.forEach(name -> set.add(g.value(name)));
    for (Node n : g.nodes()) {
      if (n.inputs().stream().anyMatch(set::contains)) {
        set.addAll(n.outputs());
      }
    }
    return set;
  }

  private static Map<String, Tensor> results(Session session, List<String> wanted) {
    Map<String, Tensor> map = new LinkedHashMap<>();
    session
        .graph()
        .outputs()
        .forEach(v -> map.put("value " + v.name(), session.value(v.name()).copy()));
    wanted.forEach(name -> map.put("gradient " + name, session.gradient(name).copy()));
    session.parameterGradients().forEach((v, t) -> map.put("gradient " + v.name(), t.copy()));
    return map;
  }
}
