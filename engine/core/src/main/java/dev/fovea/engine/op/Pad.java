package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Adds elements round a tensor, or with {@link Mode#CONSTANT} and negative numbers takes some away.
 *
 * @param mode what is added
 * @param pads number of elements added before each dimension, then after each
 * @param value the constant
 */
public record Pad(Mode mode, List<Integer> pads, float value) implements Moving {

  /** What is added. */
  public enum Mode {
    /** A constant. */
    CONSTANT,
    /** The tensor mirrored at its border elements, which are not repeated. */
    REFLECT,
    /** The border elements. */
    EDGE,
    /** The tensor over again. */
    WRAP
  }

  private static final int WRAP_OPSET = 19;

  /** The number of blocks is 3 to the power of this. */
  private static final int MOST_PADDED = 8;

  /** Specification. */
  public static final OpSpec<Pad> SPEC =
      OpSpec.of(
              "Pad",
              11,
              Pad.class,
              Pad::read,
              op ->
                  Attributes.none()
                      .with("mode", op.mode.name().toLowerCase(Locale.ROOT))
                      .withConstant(1, Attributes.longs(op.pads))
                      .withConstant(2, List.of(op.value)),
              of(
                  new Pad(Mode.CONSTANT, List.of(0, 0, 1, 2, 0, 0, 2, 0), 1.5f),
                  Shape.of(2, 3, 4, 5)),
              of(new Pad(Mode.CONSTANT, List.of(1, -1, 0, -2), 0), Shape.of(2, 5)),
              of(new Pad(Mode.REFLECT, List.of(0, 0, 2, 1, 0, 0, 3, 0), 0), Shape.of(1, 2, 4, 3)),
              of(new Pad(Mode.REFLECT, List.of(2, 1), 0), Shape.of(3)),
              of(new Pad(Mode.EDGE, List.of(0, 1, 2, 0, 3, 1), 0), Shape.of(2, 3, 1)),
              of(new Pad(Mode.WRAP, List.of(0, 2, 0, 1, 3, 0), 0), Shape.of(2, 3, 4)))
          .withConstantInputs(1, 2, 3);

  /** Copies the list and checks it. */
  public Pad {
    pads = List.copyOf(pads);
    boolean negative = pads.stream().anyMatch(p -> p < 0);
    if (pads.size() % 2 != 0 || (negative && mode != Mode.CONSTANT)) {
      throw new IllegalArgumentException(
          "Pad: expected two numbers for each dimension, none negative for mode "
              + mode
              + ", found "
              + pads);
    }
    int half = pads.size() / 2;
    List<Integer> all = pads;
    long padded =
        IntStream.range(0, half).filter(d -> all.get(d) != 0 || all.get(d + half) != 0).count();
    if (padded > MOST_PADDED) {
      throw new IllegalArgumentException(
          "Pad: expected at most " + MOST_PADDED + " padded dimensions, found " + pads);
    }
  }

  private static Pad read(Attributes a) {
    String name = a.text("mode", "constant");
    for (Mode m : Mode.values()) {
      if (m.name().toLowerCase(Locale.ROOT).equals(name)) {
        List<? extends Number> value = a.constant(2);
        return new Pad(
            m,
            a.constantInts(1, "pads"),
            value == null || value.isEmpty() ? 0 : value.get(0).floatValue());
      }
    }
    throw new IllegalArgumentException(
        "attribute 'mode': expected constant, reflect, edge or wrap, found " + name);
  }

  @Override
  public OpSpec<Pad> spec() {
    return SPEC;
  }

  @Override
  public int minimumOpset() {
    return mode == Mode.WRAP ? WRAP_OPSET : SPEC.opset();
  }

  /** Real numbers only: the constant of other types would have to be of their type in a file. */
  @Override
  public Set<ElementType> accepts(int input) {
    return Set.of(ElementType.FLOAT);
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Pad", in, 1, 1);
    Shape x = in.get(0);
    Check.that(
        pads.size() == 2 * x.rank(),
        "Pad",
        "expected an input of " + pads.size() / 2 + " dimensions, found " + x);
    Shape y = x;
    for (int d = 0; d < x.rank(); d++) {
      int before = before(d);
      int after = after(d);
      int most =
          mode == Mode.REFLECT ? x.dim(d) - 1 : mode == Mode.EDGE ? Integer.MAX_VALUE : x.dim(d);
      int extent = Math.addExact(x.dim(d), Math.addExact(before, after));
      Check.that(
          mode == Mode.CONSTANT
              || (before == 0 && after == 0)
              || (x.dim(d) > 0 && Math.max(before, after) <= most),
          "Pad",
          "mode " + mode + " with " + pads + " expected a larger input, found " + x);
      Check.that(
          extent >= 0 && -before <= x.dim(d) && -after <= x.dim(d),
          "Pad",
          "expected an input of which " + pads + " leaves something, found " + x);
      y = y.with(d, extent);
    }
    return List.of(y);
  }

  private int before(int d) {
    return pads.get(d);
  }

  private int after(int d) {
    return pads.get(pads.size() / 2 + d);
  }

  @Override
  public void forward(Forward r) {
    if (mode == Mode.CONSTANT) {
      r.kernels().fill(value, r.output(0));
    }
    Moving.super.forward(r);
  }

  /** A stretch of one dimension of the output and where it comes from. */
  private record Stretch(int to, int length, int from, int step) {}

  private List<Stretch> stretches(int d, int extent) {
    int before = before(d);
    int after = after(d);
    List<Stretch> all = new ArrayList<>();
    int cut = Math.max(0, -before);
    int kept = Math.max(0, extent - cut - Math.max(0, -after));
    all.add(new Stretch(Math.max(0, before), kept, cut, 1));
    int end = before + extent;
    switch (mode) {
      case REFLECT -> {
        all.add(new Stretch(0, before, before, -1));
        all.add(new Stretch(end, after, extent - 2, -1));
      }
      case EDGE -> {
        all.add(new Stretch(0, before, 0, 0));
        all.add(new Stretch(end, after, extent - 1, 0));
      }
      case WRAP -> {
        all.add(new Stretch(0, before, extent - before, 1));
        all.add(new Stretch(end, after, 0, 1));
      }
      case CONSTANT -> {
        // Filled before.
      }
    }
    all.removeIf(s -> s.length == 0);
    return all;
  }

  /** Each choice of one stretch for each dimension is a block of the output. */
  @Override
  public List<StridedCopy> copies(Shape x, Shape y, int output) {
    List<List<Stretch>> blocks = new ArrayList<>();
    blocks.add(List.of());
    for (int d = 0; d < x.rank(); d++) {
      List<List<Stretch>> longer = new ArrayList<>();
      for (List<Stretch> block : blocks) {
        for (Stretch s : stretches(d, x.dim(d))) {
          List<Stretch> one = new ArrayList<>(block);
          one.add(s);
          longer.add(one);
        }
      }
      blocks = longer;
    }
    return blocks.stream().map(b -> copy(b, x.strides(), y.strides())).toList();
  }

  private static StridedCopy copy(List<Stretch> block, int[] sourceStrides, int[] targetStrides) {
    int[] extents = new int[block.size()];
    int from = 0;
    int to = 0;
    for (int d = 0; d < extents.length; d++) {
      Stretch s = block.get(d);
      extents[d] = s.length;
      from += s.from * sourceStrides[d];
      to += s.to * targetStrides[d];
      sourceStrides[d] *= s.step;
    }
    return StridedCopy.of(extents, from, sourceStrides, to, targetStrides);
  }
}
