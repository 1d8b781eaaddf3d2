package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Adds up blocks to images: {@code [N, C block, L]} holds for each of L positions of a sliding
 * window its elements, and each goes back to where the window took it from, {@code [N, C,
 * image...]}. The adjoint of taking the windows out of an image.
 *
 * @param image extents of the image
 * @param block extents of the window
 * @param strides steps of the window
 * @param pads elements round the image that the window reaches: before each dimension, then after
 * @param dilations steps within the window
 */
public record Col2Im(
    List<Integer> image,
    List<Integer> block,
    List<Integer> strides,
    List<Integer> pads,
    List<Integer> dilations)
    implements Op {

  private static final int MOST_DIMENSIONS = 3;

  /** Specification. */
  public static final OpSpec<Col2Im> SPEC =
      OpSpec.of(
              "Col2Im",
              18,
              Col2Im.class,
              Col2Im::read,
              Col2Im::write,
              of(plain(List.of(5, 5), List.of(1, 5)), Shape.of(2, 10, 5)),
              of(
                  new Col2Im(
                      List.of(5, 6),
                      List.of(2, 3),
                      List.of(2, 1),
                      List.of(1, 0, 1, 2),
                      List.of(1, 2)),
                  Shape.of(1, 12, 12)),
              of(
                  new Col2Im(List.of(5), List.of(3), List.of(2), List.of(1, 1), List.of(1)),
                  Shape.of(2, 6, 3)))
          .withConstantInputs(1, 2);

  /** Copies the lists and checks them. */
  public Col2Im {
    image = List.copyOf(image);
    block = List.copyOf(block);
    strides = List.copyOf(strides);
    pads = List.copyOf(pads);
    dilations = List.copyOf(dilations);
    int n = image.size();
    boolean fits =
        n >= 1
            && n <= MOST_DIMENSIONS
            && block.size() == n
            && strides.size() == n
            && pads.size() == 2 * n
            && dilations.size() == n;
    boolean positive =
        fits
            && List.of(image, block, strides, dilations).stream()
                .allMatch(list -> list.stream().allMatch(v -> v > 0))
            && pads.stream().allMatch(p -> p >= 0);
    if (!positive) {
      throw new IllegalArgumentException(
          "Col2Im: expected positive extents, strides and dilations of 1 to "
              + MOST_DIMENSIONS
              + " dimensions and two pads for each, found image "
              + image
              + ", block "
              + block
              + ", strides "
              + strides
              + ", pads "
              + pads
              + ", dilations "
              + dilations);
    }
  }

  private static Col2Im plain(List<Integer> image, List<Integer> block) {
    List<Integer> ones = Collections.nCopies(image.size(), 1);
    return new Col2Im(image, block, ones, Collections.nCopies(2 * image.size(), 0), ones);
  }

  private static Col2Im read(Attributes a) {
    Col2Im p = plain(a.constantInts(1, "image_shape"), a.constantInts(2, "block_shape"));
    return new Col2Im(
        p.image,
        p.block,
        Attributes.list(a.ints("strides", Attributes.array(p.strides))),
        Attributes.list(a.ints("pads", Attributes.array(p.pads))),
        Attributes.list(a.ints("dilations", Attributes.array(p.dilations))));
  }

  private static Attributes write(Col2Im op) {
    return Attributes.none()
        .withInts("strides", Attributes.array(op.strides))
        .withInts("pads", Attributes.array(op.pads))
        .withInts("dilations", Attributes.array(op.dilations))
        .withConstant(1, Attributes.longs(op.image))
        .withConstant(2, Attributes.longs(op.block));
  }

  @Override
  public OpSpec<Col2Im> spec() {
    return SPEC;
  }

  /** Positions of the window along each dimension. */
  private List<Integer> positions() {
    List<Integer> all = new ArrayList<>();
    int n = image.size();
    for (int d = 0; d < n; d++) {
      long room = (long) image.get(d) + pads.get(d) + pads.get(n + d);
      long window = (block.get(d) - 1L) * dilations.get(d) + 1;
      all.add(room < window ? 0 : Math.toIntExact((room - window) / strides.get(d) + 1));
    }
    return all;
  }

  private static int product(List<Integer> v) {
    return v.stream().reduce(1, Math::multiplyExact);
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Col2Im", in, 1, 1);
    Shape x = in.get(0);
    int size = product(block);
    int count = product(positions());
    Check.that(
        x.rank() == 3 && x.dim(1) % size == 0 && x.dim(2) == count,
        "Col2Im",
        "expected [N, C * " + size + ", " + count + "], found " + x);
    return List.of(
        Check.joined(
            Shape.of(x.dim(0), x.dim(1) / size), Shape.of(Attributes.array(image)), Shape.SCALAR));
  }

  /** One copy for each element of the window, without the positions where it is outside. */
  private List<StridedCopy> copies(Shape x, Shape y) {
    List<StridedCopy> all = new ArrayList<>();
    for (int tap = 0; tap < product(block); tap++) {
      StridedCopy c = copy(tap, x, y);
      if (c.size() > 0) {
        all.add(c);
      }
    }
    return all;
  }

  private StridedCopy copy(int tap, Shape x, Shape y) {
    int n = image.size();
    List<Integer> positions = positions();
    int[] extents = new int[2 + n];
    int[] from = new int[2 + n];
    int[] to = y.strides();
    extents[0] = y.dim(0);
    extents[1] = y.dim(1);
    from[0] = x.strides()[0];
    from[1] = product(block) * x.dim(2);
    int start = tap * x.dim(2);
    int target = 0;
    int rest = tap;
    int step = 1;
    for (int d = n - 1; d >= 0; d--) {
      int shift = rest % block.get(d) * dilations.get(d) - pads.get(d);
      rest /= block.get(d);
      int stride = strides.get(d);
      int first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
      int last = image.get(d) - 1 - shift;
      int end = last < 0 ? 0 : Math.min(positions.get(d), last / stride + 1);
      extents[2 + d] = Math.max(0, end - first);
      from[2 + d] = step;
      start += first * step;
      target += (first * stride + shift) * to[2 + d];
      to[2 + d] *= stride;
      step *= positions.get(d);
    }
    return StridedCopy.of(extents, start, from, target, to);
  }

  @Override
  public void forward(Forward r) {
    r.kernels().fill(0, r.output(0));
    for (StridedCopy c : copies(r.input(0).shape(), r.output(0).shape())) {
      r.kernels().copyStrided(c, r.input(0), r.output(0), true);
    }
  }

  @Override
  public void backward(Backward r) {
    for (StridedCopy c : copies(r.gradient(0).shape(), r.cotangent(0).shape())) {
      r.kernels().copyStrided(c.reversed(), r.cotangent(0), r.gradient(0), true);
    }
  }
}
