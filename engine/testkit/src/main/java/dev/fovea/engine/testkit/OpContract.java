package dev.fovea.engine.testkit;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What every operator must do on every backend, tried on one example of the operator, on the same
 * example with a batch of 1 and of 3, in inference and in training:
 *
 * <ul>
 *   <li>forward and backward run in tensors of the inferred shapes, at any offset of their storage,
 *       and touch nothing outside of them;
 *   <li>outputs and gradients are those of {@link ReferenceKernels};
 *   <li>the gradient of each input is the numeric one for a <b>random cotangent</b> (with a
 *       cotangent of ones, a softmax without a backward passes: its outputs always sum to one);
 *   <li>gradients are added to what is there, and any single one may be asked for;
 *   <li>nothing is modified but outputs, gradients and, in training, running statistics;
 *   <li>1, 2 and 3 threads give the same bits, and so does a {@code Session};
 *   <li>shapes that do not fit are refused by the graph builder with the node's name, what was
 *       expected and what was found; a changed shape that is accepted must run.
 * </ul>
 *
 * <p>Inputs and outputs of integers or truth values have no gradients; an operator without a way
 * from real numbers to real numbers is never run backward.
 *
 * <p>Oracles are computed once and kept, so one instance may check several backends. Not
 * thread-safe.
 */
public final class OpContract {

  /** The parts of the contract. */
  public enum Clause {
    /** Shapes that do not fit are refused in words. */
    REFUSAL,
    /** Runs in tensors of the inferred shapes and touches nothing outside. */
    BOUNDS,
    /** Outputs and running statistics are those of the reference. */
    FORWARD,
    /** Only what may be modified is modified. */
    MODIFICATION,
    /** Gradients are added, not set. */
    ACCUMULATION,
    /** Gradients are those of the reference, each alone or all together. */
    BACKWARD,
    /** Gradients are the numeric ones. */
    GRADIENT,
    /** The number of threads does not change a bit. */
    THREADS,
    /** A session gives the same bits as the operator alone. */
    SESSION
  }

  private final OpSpec.Example example;
  private final long seed;
  private final List<ContractCase> cases = new ArrayList<>();

  /**
   * The contract for an example.
   *
   * @param seed seed of inputs and cotangents; stands in every message
   */
  public OpContract(OpSpec.Example example, long seed) {
    this.example = example;
    this.seed = seed;
    List<OpSpec.Example> variants = new ArrayList<>(List.of(example));
    withBatch(example, 1).ifPresent(variants::add);
    withBatch(example, 3).ifPresent(variants::add);
    for (OpSpec.Example variant : variants) {
      for (boolean training : new boolean[] {false, true}) {
        cases.add(new ContractCase(variant, training, seed));
      }
    }
  }

  /**
   * Checks everything.
   *
   * @throws ContractViolation for the first violation
   */
  public void check(Backend backend) {
    for (ContractCase c : cases) {
      c.check(backend);
    }
    Refusals.check(example, backend, seed);
  }

  /** The example with another batch size, where it has one that can be changed. */
  static Optional<OpSpec.Example> withBatch(OpSpec.Example example, int batch) {
    Shape first = example.inputs().get(0);
    // Indices of one batch size need not be indices of another.
    boolean indices = example.types().stream().anyMatch(ElementType.INTEGERS::contains);
    if (first.rank() < 2 || first.dim(0) == batch || indices) {
      return Optional.empty();
    }
    List<Shape> one = new ArrayList<>(example.inputs());
    one.set(0, first.with(0, batch));
    List<Shape> all =
        example.inputs().stream()
            .map(s -> s.rank() == first.rank() && s.dim(0) == first.dim(0) ? s.with(0, batch) : s)
            .toList();
    for (List<Shape> shapes : List.of(one, all)) {
      OpSpec.Example variant = example.withShapes(shapes);
      if (fits(variant) && !withoutStatistics(variant)) {
        return Optional.of(variant);
      }
    }
    return Optional.empty();
  }

  private static boolean fits(OpSpec.Example e) {
    try {
      return e.op().inferShapes(e.inputs()).stream().allMatch(s -> s.size() > 0);
    } catch (ShapeException doesNotFit) {
      return false;
    }
  }

  // One element for each channel has variance 0: with the division by sqrt(epsilon), gradients are
  // differences of numbers a hundred times as large, and rounding is all that is left of them.
  private static boolean withoutStatistics(OpSpec.Example e) {
    Shape x = e.inputs().get(0);
    return e.op().spec().name().equals("BatchNormalization") && x.size() == x.dim(1);
  }
}
