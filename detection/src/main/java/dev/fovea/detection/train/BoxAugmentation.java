package dev.fovea.detection.train;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Orientation;
import dev.fovea.engine.image.Resampling;
import dev.fovea.engine.image.Transforms;
import dev.fovea.engine.image.augment.Change;
import dev.fovea.engine.image.augment.ColorJitter;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * Random changes of training pictures together with the boxes in them. Boxes stay exact, as nothing
 * is turned but by right angles. Immutable and thread-safe.
 *
 * <p>A mosaic (Bochkovskiy et al., "YOLOv4", 2020) puts parts of four pictures round a random
 * point: objects in new surroundings, and more of them at borders.
 *
 * @param mosaic share of the samples that are mosaics, 0 to 1
 * @param orientations among which to choose, such as all eight for what is seen from above
 * @param minScale least magnification
 * @param maxScale largest magnification
 * @param changes of values from 0 to 1
 */
public record BoxAugmentation(
    double mosaic,
    List<Orientation> orientations,
    double minScale,
    double maxScale,
    Change changes) {

  /** Only brings pictures to the size of the input. */
  public static final BoxAugmentation NONE =
      new BoxAugmentation(0, List.of(Orientation.NORMAL), 1, 1, Change.none());

  /** For pictures with an up and a down: mirrored, other scales and colours, half of it mosaics. */
  public static final BoxAugmentation PHOTOGRAPHS =
      new BoxAugmentation(
          0.5,
          List.of(Orientation.NORMAL, Orientation.FLIP_HORIZONTAL),
          0.6,
          1.5,
          new ColorJitter(0.3, 0.3, 0.4, 0.03));

  /** For micrographs: the same with all orientations, and scales that hardly change. */
  public static final BoxAugmentation MICROGRAPHS =
      new BoxAugmentation(
          0.5, List.of(Orientation.values()), 0.8, 1.25, new ColorJitter(0.2, 0.2, 0.3, 0.03));

  /** An object of which less is left counts as something to be ignored. */
  private static final double LEAST_VISIBLE = 0.3;

  /** Boxes with a shorter side, in pixels of the input, are nothing to learn from. */
  private static final double LEAST_SIDE = 2;

  /** The point of a mosaic lies in this middle part of the picture. */
  private static final double MIDDLE = 0.5;

  /** Checks the ranges. */
  public BoxAugmentation {
    orientations = List.copyOf(orientations);
    if (!(mosaic >= 0 && mosaic <= 1 && minScale > 0 && minScale <= maxScale && maxScale <= 16)
        || orientations.isEmpty()) {
      throw new IllegalArgumentException(
          "augmentation: found a share of mosaics of %s, scales %s to %s, %d orientations, expected"
                  .formatted(mosaic, minScale, maxScale, orientations.size())
              + " 0 to 1, 0 < least <= largest <= 16, at least one");
    }
  }

  /** A copy with another share of mosaics. */
  public BoxAugmentation withMosaic(double share) {
    return new BoxAugmentation(share, orientations, minScale, maxScale, changes);
  }

  /** In one line: a checkpoint belongs to it. Changes of values have no name. */
  String describe() {
    return "mosaic=" + mosaic + " scales=" + minScale + ".." + maxScale + " " + orientations;
  }

  /**
   * A picture with its objects.
   *
   * @param image of the size that it has in the input without magnification
   * @param objects in pixels of the picture
   */
  public record Labelled(Image image, List<Annotation> objects) {}

  /**
   * Makes a sample.
   *
   * @param index the picture that it is made of
   * @param pictures how many there are; the others of a mosaic are drawn among them
   * @param picture gives them
   * @param canvas {@code [1, C, H, W]} filled with the value beside pictures; overwritten with
   *     values from 0 to 1
   * @param random the only source of chance
   * @return the objects in it
   */
  List<Annotation> sample(
      int index,
      int pictures,
      IntFunction<Labelled> picture,
      Tensor canvas,
      SplittableRandom random) {
    Canvas on = new Canvas(canvas, random);
    if (random.nextDouble() < mosaic) {
      int x = middle(random, on.width);
      int y = middle(random, on.height);
      on.draw(picture.apply(index), 0, 0, x, y);
      on.draw(picture.apply(random.nextInt(pictures)), x, 0, on.width, y);
      on.draw(picture.apply(random.nextInt(pictures)), 0, y, x, on.height);
      on.draw(picture.apply(random.nextInt(pictures)), x, y, on.width, on.height);
    } else {
      on.draw(picture.apply(index), 0, 0, on.width, on.height);
    }
    canvas.copyFrom(changes.apply(canvas, random.split()));
    return on.objects;
  }

  private static int middle(SplittableRandom random, int length) {
    return (int) (length * ((1 - MIDDLE) / 2 + MIDDLE * random.nextDouble()));
  }

  /** Where a stretch of a picture comes to lie on an axis. */
  private record Stretch(int from, int length, int to, int covered) {

    /**
     * Chooses one at random.
     *
     * @param window pixels to be covered, from {@code start} on
     */
    static Stretch choose(
        int source, double scale, int start, int window, SplittableRandom random) {
      double place = random.nextDouble();
      int wanted = Math.max(1, (int) Math.round(window / scale));
      if (wanted < source) {
        return new Stretch((int) (place * (source - wanted + 1)), wanted, start, window);
      }
      int covered = (int) Math.max(1, Math.min(window, Math.round(source * scale)));
      return new Stretch(0, source, start + (int) (place * (window - covered + 1)), covered);
    }

    double magnification() {
      return (double) covered / length;
    }

    double map(double at) {
      return (at - from) * magnification() + to;
    }
  }

  /** A sample in the making. */
  private final class Canvas {
    final int width;
    final int height;
    final List<Annotation> objects = new ArrayList<>();
    private final Tensor values;
    private final SplittableRandom random;

    Canvas(Tensor values, SplittableRandom random) {
      this.values = values;
      this.random = random;
      this.height = values.shape().dim(2);
      this.width = values.shape().dim(3);
    }

    /** Draws a part of a picture into a window. */
    void draw(Labelled source, int left, int top, int right, int bottom) {
      Orientation turned = orientations.get(random.nextInt(orientations.size()));
      double scale = minScale * Math.pow(maxScale / minScale, random.nextDouble());
      Image image = turned.apply(source.image());
      Stretch x = Stretch.choose(image.width(), scale, left, right - left, random);
      Stretch y = Stretch.choose(image.height(), scale, top, bottom - top, random);
      Image part =
          Transforms.resize(
              image.crop(x.from(), y.from(), x.length(), y.length()),
              x.covered(),
              y.covered(),
              Resampling.TRIANGLE);
      for (int c = 0; c < part.channels(); c++) {
        float[] plane = part.plane(c);
        for (int row = 0; row < y.covered(); row++) {
          int at = values.offset() + (c * height + y.to() + row) * width + x.to();
          for (int column = 0; column < x.covered(); column++) {
            values.array()[at + column] = plane[row * x.covered() + column] / part.maxValue();
          }
        }
      }
      for (Annotation object : source.objects()) {
        Box box = turn(object.box(), turned, source.image().width(), source.image().height());
        keep(object, x, y, box);
      }
    }

    private void keep(Annotation object, Stretch x, Stretch y, Box box) {
      Box whole = new Box(x.map(box.x1()), y.map(box.y1()), x.map(box.x2()), y.map(box.y2()));
      Box seen =
          whole
              .translate(-x.to(), -y.to())
              .clip(x.covered(), y.covered())
              .translate(x.to(), y.to());
      if (Math.min(seen.width(), seen.height()) < LEAST_SIDE) {
        return;
      }
      boolean ignored =
          object.difficult() || object.crowd() || seen.area() < LEAST_VISIBLE * whole.area();
      objects.add(Annotation.of(object.label(), seen).withDifficult(ignored));
    }
  }

  /** A box in a turned picture. */
  static Box turn(Box box, Orientation orientation, int width, int height) {
    double[] a = turn(box.x1(), box.y1(), orientation, width, height);
    double[] b = turn(box.x2(), box.y2(), orientation, width, height);
    return Box.ofCorners(a[0], a[1], b[0], b[1]);
  }

  private static double[] turn(double x, double y, Orientation o, int width, int height) {
    double right = width - x;
    double below = height - y;
    return switch (o) {
      case NORMAL -> new double[] {x, y};
      case FLIP_HORIZONTAL -> new double[] {right, y};
      case ROTATE_180 -> new double[] {right, below};
      case FLIP_VERTICAL -> new double[] {x, below};
      case TRANSPOSE -> new double[] {y, x};
      case ROTATE_90 -> new double[] {below, x};
      case TRANSVERSE -> new double[] {below, right};
      case ROTATE_270 -> new double[] {y, right};
    };
  }
}
