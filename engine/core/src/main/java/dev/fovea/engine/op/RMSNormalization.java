package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Divides by the root of the mean square of all dimensions from {@code axis} on, for each sample
 * alone: {@code Y = scale X / sqrt(mean(X^2) + epsilon)}. Zhang and Sennrich, "Root mean square
 * layer normalization", NeurIPS 2019.
 *
 * <p>Inputs X, and {@code scale}, which broadcasts to these dimensions.
 *
 * @param axis the first dimension that is normalised; negative counts from the innermost
 * @param epsilon added to the mean square
 */
public record RMSNormalization(int axis, float epsilon) implements Op {

  /** Specification. */
  public static final OpSpec<RMSNormalization> SPEC =
      OpSpec.of(
          "RMSNormalization",
          23,
          RMSNormalization.class,
          a -> new RMSNormalization(a.intValue("axis", -1), a.floatValue("epsilon", 1e-5f)),
          op -> Attributes.none().with("axis", op.axis).with("epsilon", op.epsilon),
          of(new RMSNormalization(-1, 1e-5f), Shape.of(4, 17), Shape.of(17)),
          of(new RMSNormalization(1, 1e-3f), Shape.of(2, 3, 5, 7), Shape.of(3, 5, 7)),
          of(new RMSNormalization(-2, 0.1f), Shape.of(2, 3, 5, 4), Shape.of(5, 4)),
          of(new RMSNormalization(0, 0.1f), Shape.of(3, 4), Shape.of(3, 4)));

  @Override
  public OpSpec<RMSNormalization> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("RMSNormalization", in, 2, 2);
    Shape x = in.get(0);
    int first = Check.axis("RMSNormalization", axis, x);
    Check.that(x.size() > 0, "RMSNormalization", "expected an input with elements, found " + x);
    Shape rows = Check.part(x, first, x.rank());
    Check.broadcastsTo("RMSNormalization", "scale", in.get(1), rows);
    return List.of(x);
  }

  private Shape kept(Shape x) {
    Shape kept = x;
    for (int d = axis < 0 ? axis + x.rank() : axis; d < x.rank(); d++) {
      kept = kept.with(d, 1);
    }
    return kept;
  }

  /** The inverse roots, and epsilon. */
  @Override
  public List<Shape> scratch(List<Shape> in) {
    return List.of(kept(in.get(0)), Shape.SCALAR);
  }

  /** The inverse roots; room for means, and twice for products with the cotangent. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    Shape kept = kept(in.get(0));
    return List.of(kept, kept, in.get(0), in.get(0));
  }

  @Override
  public void forward(Forward r) {
    Kernels k = r.kernels();
    Tensor root = r.saved(0) != null ? r.saved(0) : r.scratch(0);
    k.reduce(Reduce.SUM_SQUARES, r.input(0), false, root);
    k.axpby((float) root.size() / r.input(0).size(), root, 0, root);
    k.fill(epsilon, r.scratch(1));
    k.binary(Binary.ADD, root, r.scratch(1), root);
    k.unary(Unary.SQRT, 0, 0, root, root);
    k.unary(Unary.RECIPROCAL, 0, 0, root, root);
    k.binary(Binary.MUL, r.input(0), root, r.output(0));
    k.binary(Binary.MUL, r.output(0), r.input(1), r.output(0));
  }

  /** With {@code u = X / root}: {@code dX = (scale dY - u mean(u scale dY)) / root}. */
  @Override
  public void backward(Backward r) {
    Kernels k = r.kernels();
    Tensor root = r.saved(0);
    Tensor mean = r.saved(1);
    Tensor u = r.saved(2);
    Tensor t = r.saved(3);
    k.binary(Binary.MUL, r.input(0), root, u);
    if (r.gradient(1) != null) {
      k.binary(Binary.MUL, u, r.cotangent(0), t);
      k.reduce(Reduce.SUM, t, true, r.gradient(1));
    }
    if (r.gradient(0) != null) {
      k.binary(Binary.MUL, r.cotangent(0), r.input(1), t);
      k.binary(Binary.MUL, t, root, t);
      k.axpby(1, t, 1, r.gradient(0));
      k.binary(Binary.MUL, t, u, t);
      k.reduce(Reduce.MEAN, t, false, mean);
      k.binary(Binary.MUL, u, mean, t);
      k.axpby(-1, t, 1, r.gradient(0));
    }
  }
}
