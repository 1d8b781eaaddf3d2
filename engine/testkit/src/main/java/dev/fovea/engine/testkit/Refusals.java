package dev.fovea.engine.testkit;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.testkit.OpContract.Clause;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Hands an operator shapes that differ from its example in one thing: one input fewer or more, one
 * dimension fewer or more, one extent 1 larger or 0. Each must be refused in words or run.
 */
final class Refusals {

  private static final String NODE = "subject";

  private Refusals() {}

  static void check(OpSpec.Example example, Backend backend, long seed) {
    for (List<Shape> shapes : changed(example.inputs())) {
      OpSpec.Example other = example.withShapes(shapes);
      if (accepts(other)) {
        mustRun(other, new ReferenceBackend(), seed);
        mustRun(other, backend, seed);
      }
    }
  }

  private static List<List<Shape>> changed(List<Shape> inputs) {
    List<List<Shape>> list = new ArrayList<>();
    list.add(List.of());
    list.add(inputs.subList(0, inputs.size() - 1));
    List<Shape> more = new ArrayList<>(inputs);
    more.add(Shape.of(1));
    list.add(more);
    for (int i = 0; i < inputs.size(); i++) {
      Shape s = inputs.get(i);
      int[] longer = new int[s.rank() + 1];
      longer[0] = 1;
      System.arraycopy(s.toArray(), 0, longer, 1, s.rank());
      list.add(with(inputs, i, Shape.of(longer)));
      if (s.rank() > 0) {
        list.add(with(inputs, i, Shape.of(Arrays.copyOfRange(s.toArray(), 1, s.rank()))));
      }
      for (int d = 0; d < s.rank(); d++) {
        list.add(with(inputs, i, s.with(d, s.dim(d) + 1)));
        list.add(with(inputs, i, s.with(d, 0)));
      }
    }
    return list;
  }

  private static List<Shape> with(List<Shape> inputs, int i, Shape shape) {
    List<Shape> list = new ArrayList<>(inputs);
    list.set(i, shape);
    return list;
  }

  private static boolean accepts(OpSpec.Example example) {
    List<Shape> shapes = example.inputs();
    Graph.Builder builder = new Graph.Builder("refusals");
    List<Value> values = new ArrayList<>();
    for (Shape s : shapes) {
      int i = values.size();
      values.add(builder.input("input" + i, example.operand(i).type(), s));
    }
    try {
      builder.node(NODE, example.op(), values, OpRun.outputNames(NODE, example));
      return true;
    } catch (GraphException e) {
      List<String> missing = missing(e.getMessage(), shapes);
      if (!missing.isEmpty()) {
        throw new ContractViolation(
            Clause.REFUSAL,
            example.op()
                + " on "
                + shapes
                + ": the message lacks "
                + missing
                + ": "
                + e.getMessage(),
            e);
      }
      return false;
    } catch (RuntimeException e) {
      throw new ContractViolation(
          Clause.REFUSAL, example.op() + " on " + shapes + " is refused by " + e, e);
    }
  }

  private static List<String> missing(String message, List<Shape> shapes) {
    List<String> missing = new ArrayList<>();
    for (String part : List.of("node '" + NODE + "'", "expected", "found")) {
      if (!message.contains(part)) {
        missing.add(part);
      }
    }
    // Which input is the wrong one is a matter of view: any of them will do.
    boolean shown =
        shapes.stream().anyMatch(s -> message.contains(s.toString()))
            || message.contains("found " + shapes.size());
    if (!shown) {
      missing.add("what was found in " + shapes);
    }
    return missing;
  }

  private static void mustRun(OpSpec.Example example, Backend backend, long seed) {
    Op op = example.op();
    List<Shape> shapes = example.inputs();
    String what = op + " accepts " + shapes + " ";
    SplittableRandom random = new SplittableRandom(seed);
    try {
      OpRun run =
          new OpRun(
              op,
              InputSampler.inputs(example, random),
              new OpRun.Setting(backend, 1, false, 0, true, seed));
      run.forward();
      List<Tensor> start = new ArrayList<>();
      for (int i = 0; i < shapes.size(); i++) {
        start.add(OpRun.differentiates(example, i) ? Tensor.zeros(shapes.get(i)) : null);
      }
      List<Tensor> cotangents = new ArrayList<>();
      for (Tensor t : run.outputTensors()) {
        boolean real = OpRun.isReal(example, cotangents.size());
        cotangents.add(real ? t.copy().fill(1) : null);
      }
      run.backward(cotangents, start);
      if (!run.intact() || hasNan(run.outputTensors()) || hasNan(run.gradientTensors())) {
        throw new ContractViolation(
            Clause.REFUSAL, what + "but does not stay inside its tensors", null);
      }
    } catch (RuntimeException e) {
      if (!isRefusedIndex(e)) {
        throw new ContractViolation(Clause.REFUSAL, what + "but fails with " + e, e);
      }
    }
  }

  /** Whether an index among the inputs is refused in words: shapes alone cannot tell. */
  private static boolean isRefusedIndex(RuntimeException e) {
    return e.getClass() == IndexOutOfBoundsException.class
        && e.getMessage().contains("expected")
        && e.getMessage().contains("found");
  }

  private static boolean hasNan(List<Tensor> tensors) {
    for (Tensor t : tensors) {
      for (int i = 0; t != null && i < t.size(); i++) {
        if (Float.isNaN(t.get(i))) {
          return true;
        }
      }
    }
    return false;
  }
}
