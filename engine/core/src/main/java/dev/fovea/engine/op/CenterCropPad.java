package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Brings axes to given sizes: takes the middle part where they are larger, adds zeros on both sides
 * where they are smaller. An odd number is cut or added at the end.
 *
 * @param axes which axes; negative counts from the innermost; empty for all
 * @param sizes one for each of them
 */
public record CenterCropPad(List<Integer> axes, List<Integer> sizes) implements Moving {

  /** Specification. */
  public static final OpSpec<CenterCropPad> SPEC =
      OpSpec.of(
              "CenterCropPad",
              18,
              CenterCropPad.class,
              CenterCropPad::read,
              CenterCropPad::write,
              of(new CenterCropPad(List.of(), List.of(3, 4)), Shape.of(6, 3)),
              of(new CenterCropPad(List.of(2, -1), List.of(8, 4)), Shape.of(2, 3, 5, 7)),
              of(new CenterCropPad(List.of(0), List.of(3)), Shape.of(8, 2)))
          .withConstantInputs(1);

  /** Copies the lists and checks them. */
  public CenterCropPad {
    axes = List.copyOf(axes);
    sizes = List.copyOf(sizes);
    if ((!axes.isEmpty() && axes.size() != sizes.size())
        || sizes.stream().anyMatch(size -> size < 0)) {
      throw new IllegalArgumentException(
          "CenterCropPad: expected a size >= 0 for each axis, found axes "
              + axes
              + " and sizes "
              + sizes);
    }
  }

  private static CenterCropPad read(Attributes a) {
    List<Integer> axes =
        a.values().containsKey("axes") ? Attributes.list(a.requiredInts("axes")) : List.of();
    return new CenterCropPad(axes, a.constantInts(1, "shape"));
  }

  private static Attributes write(CenterCropPad op) {
    Attributes a = Attributes.none().withConstant(1, Attributes.longs(op.sizes));
    return op.axes.isEmpty() ? a : a.withInts("axes", Attributes.array(op.axes));
  }

  @Override
  public OpSpec<CenterCropPad> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("CenterCropPad", in, 1, 1);
    return pad(in.get(0)).inferShapes(in);
  }

  /** What is added before and after each dimension; cut where negative. */
  private Pad pad(Shape x) {
    List<Integer> over = axes.isEmpty() ? IntStream.range(0, x.rank()).boxed().toList() : axes;
    Check.that(
        over.size() == sizes.size(),
        "CenterCropPad",
        "expected an input of " + sizes.size() + " dimensions, found " + x);
    List<Integer> pads = new ArrayList<>(Collections.nCopies(2 * x.rank(), 0));
    for (int i = 0; i < over.size(); i++) {
      int axis = Check.axis("CenterCropPad", over.get(i), x);
      int added = sizes.get(i) - x.dim(axis);
      // Integer division: half of what is cut, or added, and the odd one at the end.
      pads.set(axis, added / 2);
      pads.set(x.rank() + axis, added - added / 2);
    }
    return new Pad(Pad.Mode.CONSTANT, pads, 0);
  }

  @Override
  public void forward(Forward r) {
    r.kernels().fill(0, r.output(0));
    Moving.super.forward(r);
  }

  @Override
  public List<StridedCopy> copies(Shape x, Shape y, int output) {
    return pad(x).copies(x, y, output);
  }
}
