package dev.fovea.detection.twostage;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.train.ObjectRows;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Orientation;
import dev.fovea.engine.image.Preprocessor;
import dev.fovea.engine.image.SampleType;
import dev.fovea.engine.image.Transforms;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.TrainingData;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Pictures in which the object of each pixel is known, as samples of {@link MaskRcnn}: random parts
 * of one size in random orientations. Smaller pictures get zeros on the right and below.
 * Thread-safe; all pictures are held in memory.
 */
public final class InstanceSamples implements TrainingData {
  /** Objects of which fewer pixels are in the part are ignored. */
  private static final int LEAST_PIXELS = 8;

  private final List<Item> items;
  private final int height;
  private final int width;
  private final int most;

  /**
   * A picture.
   *
   * @param image the picture
   * @param objects one channel: 0 for background, 1 to n for n objects
   * @param label of the class of an object, by its number less 1
   */
  public record Instances(Image image, Image objects, int[] label) {

    /** A picture in which all objects are of the first class. */
    public static Instances ofOneClass(Image image, Image objects) {
      int n = 0;
      for (float value : objects.plane(0)) {
        n = Math.max(n, (int) value);
      }
      return new Instances(image, objects, new int[n]);
    }
  }

  private record Item(Image input, Image objects, int[] label) {}

  /**
   * Samples of pictures.
   *
   * @param preprocessing of the pictures, without a size of its own
   * @param width of the parts
   * @param height of the parts
   * @throws IllegalArgumentException if sizes do not fit, or an object has no label
   */
  public InstanceSamples(
      List<Instances> pictures, Preprocessing preprocessing, int width, int height) {
    if (preprocessing.width() != 0) {
      throw new IllegalArgumentException(
          "instances: found a preprocessing to %d x %d, expected one that keeps the size"
              .formatted(preprocessing.width(), preprocessing.height()));
    }
    this.width = width;
    this.height = height;
    this.items = pictures.stream().map(p -> item(p, preprocessing)).toList();
    this.most = items.stream().mapToInt(i -> i.label().length).max().orElse(0) + 1;
  }

  private Item item(Instances picture, Preprocessing preprocessing) {
    Image objects = picture.objects();
    if (objects.width() != picture.image().width()
        || objects.height() != picture.image().height()) {
      throw new IllegalArgumentException(
          "instances: found objects of " + objects + " for a picture of " + picture.image());
    }
    for (float value : objects.plane(0)) {
      if (value > picture.label().length) {
        throw new IllegalArgumentException(
            "instances: found object %.0f, expected at most %d"
                .formatted(value, picture.label().length));
      }
    }
    Tensor input = new Preprocessor(preprocessing).apply(picture.image());
    return new Item(
        padded(Image.fromTensor(input, SampleType.FLOAT32)), padded(objects), picture.label());
  }

  private Image padded(Image image) {
    int right = Math.max(0, width - image.width());
    int below = Math.max(0, height - image.height());
    return right + below == 0 ? image : Transforms.padConstant(image, 0, 0, right, below, 0);
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public Shape inputShape() {
    return Shape.of(items.get(0).input().channels(), height, width);
  }

  @Override
  public Shape targetShape() {
    return InstanceRows.shape(most, height, width);
  }

  @Override
  public String describe() {
    return "parts of " + width + "x" + height + " in all orientations";
  }

  @Override
  public void sample(int index, long seed, Tensor input, Tensor target, Tensor weight) {
    SplittableRandom random = new SplittableRandom(seed);
    Orientation turned = Orientation.values()[random.nextInt(Orientation.values().length)];
    Item item = items.get(index);
    Image image = turned.apply(item.input());
    Image objects = turned.apply(item.objects());
    // A turned picture may be too narrow where it was too low before.
    image = padded(image);
    objects = padded(objects);
    int x = random.nextInt(image.width() - width + 1);
    int y = random.nextInt(image.height() - height + 1);
    input.copyFrom(image.crop(x, y, width, height).toTensor());
    write(objects.crop(x, y, width, height).plane(0), item.label(), target);
  }

  private void write(float[] objects, int[] label, Tensor target) {
    int[][] edges = new int[label.length][];
    int[] pixels = new int[label.length];
    for (int i = 0; i < objects.length; i++) {
      int object = (int) objects[i] - 1;
      if (object >= 0) {
        int x = i % width;
        int y = i / width;
        int[] e = edges[object];
        if (e == null) {
          edges[object] = new int[] {x, y, x + 1, y + 1};
        } else {
          e[0] = Math.min(e[0], x);
          e[2] = Math.max(e[2], x + 1);
          e[3] = y + 1;
        }
        pixels[object]++;
      }
    }
    List<Annotation> found = new ArrayList<>();
    int[] row = new int[label.length];
    for (int o = 0; o < label.length; o++) {
      if (pixels[o] > 0) {
        Box box = new Box(edges[o][0], edges[o][1], edges[o][2], edges[o][3]);
        found.add(Annotation.of(label[o], box).withDifficult(pixels[o] < LEAST_PIXELS));
        row[o] = found.size();
      }
    }
    ObjectRows.write(
        found, InstanceRows.rows(target, height * width).reshape(most, ObjectRows.COLUMNS));
    Tensor instances = InstanceRows.instances(target, height, width);
    for (int i = 0; i < objects.length; i++) {
      int object = (int) objects[i] - 1;
      instances.array()[instances.offset() + i] = object < 0 ? 0 : row[object];
    }
  }
}
