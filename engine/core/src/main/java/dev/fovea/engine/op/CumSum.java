package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Running sums of real numbers along an axis: {@code y[i] = x[0] + ... + x[i]}. Of integers, sums
 * may be larger than float32 holds.
 *
 * @param axis the axis; negative counts from the innermost
 * @param exclusive whether an element is not part of its own sum
 * @param reverse whether sums run from the last element to the first
 */
public record CumSum(int axis, boolean exclusive, boolean reverse) implements Op {

  /** Specification. */
  public static final OpSpec<CumSum> SPEC =
      OpSpec.of(
              "CumSum",
              14,
              CumSum.class,
              a ->
                  new CumSum(
                      a.constantInt(1, "axis"),
                      a.intValue("exclusive", 0) != 0,
                      a.intValue("reverse", 0) != 0),
              op ->
                  Attributes.none()
                      .with("exclusive", op.exclusive ? 1 : 0)
                      .with("reverse", op.reverse ? 1 : 0)
                      .withConstant(1, List.of((long) op.axis)),
              of(new CumSum(1, false, false), Shape.of(2, 5, 3)),
              of(new CumSum(-1, true, false), Shape.of(3, 4)),
              of(new CumSum(0, false, true), Shape.of(5)),
              of(new CumSum(-2, true, true), Shape.of(2, 3, 2)),
              of(new CumSum(0, true, false), Shape.of(1, 3)))
          .withConstantInputs(1);

  @Override
  public OpSpec<CumSum> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("CumSum", in, 1, 1);
    Check.axis("CumSum", axis, in.get(0));
    return in;
  }

  /** Room for the running sums of the cotangent. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return in;
  }

  @Override
  public void forward(Forward r) {
    run(r.kernels(), reverse, r.input(0), r.output(0));
  }

  /** An element is part of all sums after it: these are running sums from the other end. */
  @Override
  public void backward(Backward r) {
    run(r.kernels(), !reverse, r.cotangent(0), r.saved(0));
    r.kernels().axpby(1, r.saved(0), 1, r.gradient(0));
  }

  private void run(Kernels k, boolean fromTheEnd, Tensor x, Tensor y) {
    Shape s = x.shape();
    int a = axis < 0 ? axis + s.rank() : axis;
    int inner = s.size(a + 1, s.rank());
    int outer = s.size(0, a);
    int n = s.dim(a);
    int block = n * inner;
    if (exclusive) {
      k.fill(0, y);
    }
    for (int i = 0; i < n; i++) {
      int at = (fromTheEnd ? n - 1 - i : i) * inner;
      int before = at + (fromTheEnd ? inner : -inner);
      if (!exclusive) {
        k.copyBlocks(outer, inner, x, at, block, y, at, block, false);
      } else if (i > 0) {
        k.copyBlocks(outer, inner, x, before, block, y, at, block, false);
      }
      if (i > 0) {
        k.copyBlocks(outer, inner, y, before, block, y, at, block, true);
      }
    }
  }
}
