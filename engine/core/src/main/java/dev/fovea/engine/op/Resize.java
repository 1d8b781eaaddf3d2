package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Interpolation;
import dev.fovea.engine.kernel.Interpolation.Coordinates;
import dev.fovea.engine.kernel.Interpolation.Filter;
import dev.fovea.engine.kernel.Interpolation.Method;
import dev.fovea.engine.kernel.Interpolation.Region;
import dev.fovea.engine.kernel.Interpolation.Rounding;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Resizes {@code [N, C, H, W]} by nearest neighbour, linear or cubic interpolation, to scales or to
 * sizes; sequences {@code [N, C, W]} and volumes {@code [N, C, D, H, W]} alike. With a scale the
 * output has {@code floor(H scaleH)} rows, H being those of the region if there is one. Reducing
 * smooths first only if the filter says so.
 *
 * @param filter how values between the elements are found
 * @param coordinates mapping of output to input coordinates
 * @param rounding for nearest: which neighbour
 * @param scales for each dimension in space, outermost first; empty if sizes are given
 * @param sizes of the output; empty if scales are given
 * @param aspect what becomes of the sizes where they do not have the input's aspect ratio
 * @param region the part of the input that is shown, with coordinates for it
 */
public record Resize(
    Filter filter,
    Coordinates coordinates,
    Rounding rounding,
    List<Float> scales,
    List<Integer> sizes,
    Aspect aspect,
    Region region)
    implements Op {

  /** What becomes of sizes that do not have the input's aspect ratio. */
  public enum Aspect {
    /** The input is stretched to them. */
    STRETCH,
    /** The input keeps its ratio, and no extent is larger than its size. */
    NOT_LARGER,
    /** The input keeps its ratio, and no extent is smaller than its size. */
    NOT_SMALLER
  }

  private static final String ASPECT = "keep_aspect_ratio_policy";
  private static final String OUTSIDE = "extrapolation_value";
  private static final int REGION = 1;
  private static final int SCALES = 2;
  private static final int SIZES = 3;
  private static final int ANTIALIAS_OPSET = 18;
  private static final int SYMMETRIC_OPSET = 19;
  private static final Shape SQUARE = Shape.of(1, 2, 6, 6);

  /** Specification. */
  public static final OpSpec<Resize> SPEC =
      OpSpec.of(
              "Resize",
              13,
              Resize.class,
              Resize::read,
              Resize::write,
              of(nearest(2), Shape.of(2, 3, 4, 5)),
              of(bilinear(2), Shape.of(2, 3, 4, 5)),
              of(bilinear(0.5f), Shape.of(1, 2, 8, 6)),
              of(linear(Coordinates.ALIGN_CORNERS, 3f, 1.5f), Shape.of(1, 2, 3, 4)),
              of(linear(Coordinates.ASYMMETRIC, 1.7f, 2.3f), Shape.of(1, 1, 5, 7)),
              of(linear(Coordinates.PYTORCH_HALF_PIXEL, 2f, 0.25f), Shape.of(1, 1, 5, 4)),
              of(linear(Coordinates.HALF_PIXEL_SYMMETRIC, 1.7f, 0.6f), Shape.of(1, 2, 5, 7)),
              of(
                  nearest(Coordinates.HALF_PIXEL, Rounding.ROUND_PREFER_FLOOR, 1.3f, 0.7f),
                  Shape.of(1, 2, 7, 9)),
              of(nearest(Coordinates.ASYMMETRIC, Rounding.CEIL, 2.5f, 0.6f), Shape.of(1, 1, 4, 5)),
              of(
                  nearest(Coordinates.HALF_PIXEL, Rounding.ROUND_PREFER_CEIL, 2f, 3f),
                  Shape.of(1, 1, 4, 5)),
              of(toSize(Filter.LINEAR, 9, 4), Shape.of(2, 1, 5, 7)),
              of(nearest(Coordinates.ASYMMETRIC, Rounding.FLOOR, 2.5f), Shape.of(2, 3, 5)),
              of(linear(Coordinates.HALF_PIXEL, 1.6f), Shape.of(2, 3, 5)),
              of(
                  nearest(Coordinates.ASYMMETRIC, Rounding.FLOOR, 2f, 1f, 3f),
                  Shape.of(1, 2, 2, 3, 2)),
              of(linear(Coordinates.HALF_PIXEL, 2f, 0.5f, 1.5f), Shape.of(1, 2, 2, 4, 3)),
              of(scaled(Filter.CUBIC, Coordinates.HALF_PIXEL, 2f, 1.5f), Shape.of(2, 2, 4, 5)),
              of(
                  scaled(
                      new Filter(Method.CUBIC, -0.5f, true, false),
                      Coordinates.ALIGN_CORNERS,
                      1.6f,
                      0.7f),
                  Shape.of(1, 2, 5, 6)),
              of(toSize(Filter.CUBIC, 3, 9), Shape.of(1, 1, 7, 4)),
              of(toSize(Filter.LINEAR.antialiased(), 3, 4), Shape.of(1, 2, 8, 6)),
              of(toSize(Filter.CUBIC.antialiased(), 3, 4), Shape.of(1, 2, 8, 9)),
              of(within(Aspect.NOT_LARGER, 7, 8), Shape.of(1, 2, 5, 4)),
              of(within(Aspect.NOT_SMALLER, 3, 3), Shape.of(1, 2, 5, 8)),
              of(cropped(Filter.LINEAR, List.of(0.4f, 0.6f), List.of(0.6f, 0.8f)), SQUARE),
              of(cropped(Filter.LINEAR, List.of(-0.4f, 0.2f), List.of(0.7f, 1.6f)), SQUARE),
              of(cropped(Filter.NEAREST, List.of(0.15f, -0.2f), List.of(0.9f, 0.8f)), SQUARE),
              of(cropped(Filter.CUBIC, List.of(0.1f, -0.2f), List.of(1.3f, 0.8f)), SQUARE))
          .withConstantInputs(REGION, SCALES, SIZES);

  private static Resize within(Aspect aspect, Integer... sizes) {
    return new Resize(
        Filter.LINEAR,
        Coordinates.HALF_PIXEL,
        Rounding.ROUND_PREFER_FLOOR,
        List.of(),
        List.of(sizes),
        aspect,
        Region.ALL);
  }

  private static Resize cropped(Filter filter, List<Float> starts, List<Float> ends) {
    return new Resize(
        filter,
        Coordinates.TF_CROP_AND_RESIZE,
        Rounding.ROUND_PREFER_FLOOR,
        List.of(),
        List.of(3, 5),
        Aspect.STRETCH,
        new Region(starts, ends, 10));
  }

  /** Shows all of the input, stretched to the sizes if these are given. */
  public Resize(
      Filter filter,
      Coordinates coordinates,
      Rounding rounding,
      List<Float> scales,
      List<Integer> sizes) {
    this(filter, coordinates, rounding, scales, sizes, Aspect.STRETCH, Region.ALL);
  }

  /** Checks that there are either scales or sizes. */
  public Resize {
    scales = List.copyOf(scales);
    sizes = List.copyOf(sizes);
    boolean positive =
        scales.stream().allMatch(s -> s > 0 && Float.isFinite(s))
            && sizes.stream().allMatch(s -> s > 0);
    int dimensions = scales.size() + sizes.size();
    if (!positive || scales.isEmpty() == sizes.isEmpty() || dimensions > 3) {
      throw new IllegalArgumentException(
          "Resize: expected one to three positive scales or sizes, found scales "
              + scales
              + " and sizes "
              + sizes);
    }
    boolean crops = coordinates == Coordinates.TF_CROP_AND_RESIZE;
    if ((aspect != Aspect.STRETCH && sizes.isEmpty())
        || region.starts().size() != (crops ? dimensions : 0)
        || (crops && filter.antialias())) {
      throw new IllegalArgumentException(
          "Resize: expected a region for tf_crop_and_resize only, without antialias, and sizes for"
              + " an aspect ratio to keep, found "
              + region
              + ", "
              + filter
              + ", "
              + aspect
              + " and sizes "
              + sizes);
    }
  }

  /** Nearest neighbour by repetition: pixel {@code o} shows source {@code floor(o / scale)}. */
  public static Resize nearest(float scale) {
    return nearest(Coordinates.ASYMMETRIC, Rounding.FLOOR, scale, scale);
  }

  /** Bilinear with half-pixel centres. */
  public static Resize bilinear(float scale) {
    return linear(Coordinates.HALF_PIXEL, scale, scale);
  }

  /** To a size, with half-pixel centres. */
  public static Resize toSize(Filter filter, Integer... sizes) {
    return new Resize(
        filter, Coordinates.HALF_PIXEL, Rounding.ROUND_PREFER_FLOOR, List.of(), List.of(sizes));
  }

  private static Resize nearest(Coordinates c, Rounding rounding, Float... scales) {
    return new Resize(Filter.NEAREST, c, rounding, List.of(scales), List.of());
  }

  private static Resize linear(Coordinates c, Float... scales) {
    return scaled(Filter.LINEAR, c, scales);
  }

  private static Resize scaled(Filter filter, Coordinates c, Float... scales) {
    return new Resize(filter, c, Rounding.ROUND_PREFER_FLOOR, List.of(scales), List.of());
  }

  private static Resize read(Attributes a) {
    List<? extends Number> scales = a.constant(SCALES);
    List<? extends Number> sizes = a.constant(SIZES);
    boolean bySize = sizes != null && !sizes.isEmpty();
    List<? extends Number> given = bySize ? sizes : scales;
    if (given == null || given.size() < 3 || given.size() > 5) {
      throw new IllegalArgumentException(
          "Resize: expected 3 to 5 constant scales or sizes, as for [N, C, H, W], found " + given);
    }
    if (!bySize && (given.get(0).floatValue() != 1 || given.get(1).floatValue() != 1)) {
      throw new IllegalArgumentException(
          "Resize: expected scales 1, 1 for N and C, found " + given);
    }
    List<? extends Number> space = given.subList(2, given.size());
    return new Resize(
        readFilter(a),
        OnnxNames.constant(
            Coordinates.class,
            "coordinate_transformation_mode",
            a.text("coordinate_transformation_mode", "half_pixel")),
        OnnxNames.constant(
            Rounding.class, "nearest_mode", a.text("nearest_mode", "round_prefer_floor")),
        bySize ? List.of() : space.stream().map(Number::floatValue).toList(),
        bySize ? space.stream().map(Number::intValue).toList() : List.of(),
        OnnxNames.constant(Aspect.class, ASPECT, a.text(ASPECT, "stretch")),
        readRegion(a, given.size()));
  }

  private static Region readRegion(Attributes a, int rank) {
    List<? extends Number> all = a.constant(REGION);
    if (all == null || all.isEmpty()) {
      return Region.ALL;
    }
    if (all.size() != 2 * rank) {
      throw new IllegalArgumentException(
          "Resize: expected a start and an end for each dimension, found the region " + all);
    }
    List<Float> ends = all.stream().map(Number::floatValue).toList();
    List<Float> outer = List.of(ends.get(0), ends.get(1), ends.get(rank), ends.get(rank + 1));
    if (!outer.equals(List.of(0f, 0f, 1f, 1f))) {
      throw new IllegalArgumentException(
          "Resize: expected a region with all of batch and channels, found " + all);
    }
    return new Region(
        ends.subList(2, rank), ends.subList(rank + 2, 2 * rank), a.floatValue(OUTSIDE, 0));
  }

  private static Attributes writeRegion(Attributes a, Region r) {
    if (r.starts().isEmpty()) {
      return a;
    }
    List<Float> all = new ArrayList<>(List.of(0f, 0f));
    all.addAll(r.starts());
    all.addAll(List.of(1f, 1f));
    all.addAll(r.ends());
    return a.with(OUTSIDE, r.outside()).withConstant(REGION, all);
  }

  private static Filter readFilter(Attributes a) {
    return new Filter(
        OnnxNames.constant(Method.class, "mode", a.text("mode", "nearest")),
        a.floatValue("cubic_coeff_a", Filter.CUBIC.cubic()),
        a.intValue("exclude_outside", 0) != 0,
        a.intValue("antialias", 0) != 0);
  }

  private static Attributes write(Resize op) {
    Attributes a =
        Attributes.none()
            .with("mode", OnnxNames.of(op.filter.method()))
            .with("coordinate_transformation_mode", OnnxNames.of(op.coordinates))
            .with("nearest_mode", OnnxNames.of(op.rounding));
    if (op.filter.method() == Method.CUBIC) {
      a = a.with("cubic_coeff_a", op.filter.cubic());
    }
    if (op.filter.excludeOutside()) {
      a = a.with("exclude_outside", 1);
    }
    if (op.filter.antialias()) {
      a = a.with("antialias", 1);
    }
    if (op.aspect != Aspect.STRETCH) {
      a = a.with(ASPECT, OnnxNames.of(op.aspect));
    }
    a = writeRegion(a, op.region);
    if (op.sizes.isEmpty()) {
      List<Float> all = new ArrayList<>(List.of(1f, 1f));
      all.addAll(op.scales);
      return a.withConstant(SCALES, all);
    }
    // ONNX wants all sizes, but batch and channels are not known here: 0 is "as the input" and is
    // filled in by the writer, which knows the shape.
    List<Long> all = new ArrayList<>(List.of(0L, 0L));
    op.sizes.forEach(size -> all.add((long) size));
    return a.withConstant(SIZES, all);
  }

  @Override
  public int minimumOpset() {
    if (coordinates == Coordinates.HALF_PIXEL_SYMMETRIC) {
      return SYMMETRIC_OPSET;
    }
    return filter.antialias() ? ANTIALIAS_OPSET : SPEC.opset();
  }

  @Override
  public OpSpec<Resize> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Resize", in, 1, 1);
    Shape x = in.get(0);
    int dimensions = scales.size() + sizes.size();
    Check.image("Resize", x, dimensions);
    Shape y = x;
    for (int d = 0; d < dimensions; d++) {
      int extent = x.dim(2 + d);
      int size = x.size(2, x.rank()) > 0 ? size(x, d) : 0;
      Check.that(
          extent > 0 && size > 0,
          "Resize",
          "expected at least one pixel before and after, found an extent of "
              + size
              + " from the input "
              + x);
      y = y.with(2 + d, size);
    }
    return List.of(y);
  }

  @Override
  public void forward(Forward r) {
    r.kernels()
        .resize(interpolation(r.input(0).shape(), r.output(0).shape()), r.input(0), r.output(0));
  }

  @Override
  public void backward(Backward r) {
    r.kernels()
        .resizeBackward(
            interpolation(r.input(0).shape(), r.output(0).shape()), r.cotangent(0), r.gradient(0));
  }

  private int size(Shape x, int d) {
    if (sizes.isEmpty()) {
      // A region's part of 1, for all of the input, keeps the product exact.
      double part = region.end(d) - region.start(d);
      return (int) Math.floor(x.dim(2 + d) * part * scales.get(d));
    }
    return aspect == Aspect.STRETCH
        ? sizes.get(d)
        : (int) Math.floor((double) commonScale(x) * x.dim(2 + d) + 0.5);
  }

  /** The one scale of all dimensions where the aspect ratio is kept. */
  private float commonScale(Shape x) {
    DoubleStream all =
        IntStream.range(0, sizes.size()).mapToDouble(d -> (float) sizes.get(d) / x.dim(2 + d));
    return (float) (aspect == Aspect.NOT_LARGER ? all.min() : all.max()).orElse(1);
  }

  private Interpolation interpolation(Shape x, Shape y) {
    List<Float> used = new ArrayList<>(scales);
    for (int d = 0; d < sizes.size(); d++) {
      used.add(aspect == Aspect.STRETCH ? (float) y.dim(2 + d) / x.dim(2 + d) : commonScale(x));
    }
    return new Interpolation(filter, coordinates, rounding, used, region);
  }
}
