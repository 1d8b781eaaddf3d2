package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Interpolation;
import dev.fovea.engine.kernel.Interpolation.Coordinates;
import dev.fovea.engine.kernel.Interpolation.Rounding;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Locale;

/**
 * Resizes images {@code [N, C, H, W]} by nearest neighbour or bilinear interpolation, to a scale or
 * to a size. With a scale the output has {@code floor(H scaleH)} rows. Reducing does not smooth
 * first.
 *
 * @param linear bilinear if true, else nearest
 * @param coordinates mapping of output to input coordinates
 * @param rounding for nearest: which neighbour
 * @param scaleH scale of rows; 0 if a size is given
 * @param scaleW scale of columns; 0 if a size is given
 * @param height output rows; 0 if a scale is given
 * @param width output columns; 0 if a scale is given
 */
public record Resize(
    boolean linear,
    Coordinates coordinates,
    Rounding rounding,
    float scaleH,
    float scaleW,
    int height,
    int width)
    implements Op {

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
              of(scaled(true, Coordinates.ALIGN_CORNERS, 3, 1.5f), Shape.of(1, 2, 3, 4)),
              of(scaled(true, Coordinates.ASYMMETRIC, 1.7f, 2.3f), Shape.of(1, 1, 5, 7)),
              of(scaled(true, Coordinates.PYTORCH_HALF_PIXEL, 2, 0.25f), Shape.of(1, 1, 5, 4)),
              of(scaled(false, Coordinates.HALF_PIXEL, 1.3f, 0.7f), Shape.of(1, 2, 7, 9)),
              of(
                  new Resize(false, Coordinates.ASYMMETRIC, Rounding.CEIL, 2.5f, 0.6f, 0, 0),
                  Shape.of(1, 1, 4, 5)),
              of(
                  new Resize(false, Coordinates.HALF_PIXEL, Rounding.ROUND_PREFER_CEIL, 2, 3, 0, 0),
                  Shape.of(1, 1, 4, 5)),
              of(
                  new Resize(true, Coordinates.HALF_PIXEL, Rounding.ROUND_PREFER_FLOOR, 0, 0, 9, 4),
                  Shape.of(2, 1, 5, 7)))
          .withConstantInputs(1, 2, 3);

  /** Checks that there is either a scale or a size. */
  public Resize {
    boolean scale = scaleH > 0 && scaleW > 0 && height == 0 && width == 0;
    boolean size = scaleH == 0 && scaleW == 0 && height > 0 && width > 0;
    if (!scale && !size) {
      throw new IllegalArgumentException(
          "Resize: expected two positive scales or two positive sizes, found scales "
              + scaleH
              + ","
              + scaleW
              + " and sizes "
              + height
              + ","
              + width);
    }
  }

  /** Nearest neighbour by repetition: pixel {@code o} shows source {@code floor(o / scale)}. */
  public static Resize nearest(float scale) {
    return new Resize(false, Coordinates.ASYMMETRIC, Rounding.FLOOR, scale, scale, 0, 0);
  }

  /** Bilinear with half-pixel centres. */
  public static Resize bilinear(float scale) {
    return scaled(true, Coordinates.HALF_PIXEL, scale, scale);
  }

  private static Resize scaled(boolean linear, Coordinates c, float scaleH, float scaleW) {
    return new Resize(linear, c, Rounding.ROUND_PREFER_FLOOR, scaleH, scaleW, 0, 0);
  }

  private static Resize read(Attributes a) {
    String mode = a.text("mode", "nearest");
    if (!mode.equals("nearest") && !mode.equals("linear")) {
      throw new IllegalArgumentException(
          "attribute 'mode': expected nearest or linear, found " + mode);
    }
    List<? extends Number> scales = a.constant(2);
    List<? extends Number> sizes = a.constant(3);
    boolean bySize = sizes != null && !sizes.isEmpty();
    List<? extends Number> given = bySize ? sizes : scales;
    if (given == null || given.size() != 4) {
      throw new IllegalArgumentException(
          "Resize: expected 4 constant scales or sizes for [N, C, H, W], found " + given);
    }
    if (!bySize && (given.get(0).floatValue() != 1 || given.get(1).floatValue() != 1)) {
      throw new IllegalArgumentException(
          "Resize: expected scales 1, 1 for N and C, found " + given);
    }
    return new Resize(
        mode.equals("linear"),
        constant(
            Coordinates.class,
            "coordinate_transformation_mode",
            a.text("coordinate_transformation_mode", "half_pixel")),
        constant(Rounding.class, "nearest_mode", a.text("nearest_mode", "round_prefer_floor")),
        bySize ? 0 : given.get(2).floatValue(),
        bySize ? 0 : given.get(3).floatValue(),
        bySize ? given.get(2).intValue() : 0,
        bySize ? given.get(3).intValue() : 0);
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String attribute, String value) {
    for (E e : type.getEnumConstants()) {
      if (onnx(e).equals(value)) {
        return e;
      }
    }
    throw new IllegalArgumentException(
        "attribute '" + attribute + "': value '" + value + "' is not supported");
  }

  private static String onnx(Enum<?> e) {
    return e.name().toLowerCase(Locale.ROOT);
  }

  private static Attributes write(Resize op) {
    Attributes a =
        Attributes.none()
            .with("mode", op.linear ? "linear" : "nearest")
            .with("coordinate_transformation_mode", onnx(op.coordinates))
            .with("nearest_mode", onnx(op.rounding));
    if (op.height == 0) {
      return a.withConstant(2, List.of(1f, 1f, op.scaleH, op.scaleW));
    }
    // ONNX wants all four sizes, but batch and channels are not known here: 0 is "as the input" and
    // is filled in by the writer, which knows the shape.
    return a.withConstant(3, List.of(0L, 0L, (long) op.height, (long) op.width));
  }

  @Override
  public OpSpec<Resize> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Resize", in, 1, 1);
    Shape x = in.get(0);
    Check.image("Resize", x);
    int oh = height > 0 ? height : (int) Math.floor((double) x.dim(2) * scaleH);
    int ow = width > 0 ? width : (int) Math.floor((double) x.dim(3) * scaleW);
    Check.that(
        x.dim(2) > 0 && x.dim(3) > 0 && oh > 0 && ow > 0,
        "Resize",
        "expected at least one pixel before and after, found "
            + oh
            + "x"
            + ow
            + " from the input "
            + x);
    return List.of(Shape.of(x.dim(0), x.dim(1), oh, ow));
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

  private Interpolation interpolation(Shape x, Shape y) {
    return new Interpolation(
        linear,
        coordinates,
        rounding,
        height > 0 ? (float) y.dim(2) / x.dim(2) : scaleH,
        width > 0 ? (float) y.dim(3) / x.dim(3) : scaleW);
  }
}
