package dev.fovea.detection.twostage;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.Frame;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.data.PictureSet;
import dev.fovea.detection.train.ObjectRows;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Preprocessor;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.TrainingData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Pictures with boxes and proposals as samples of {@link FastRcnn}: mirrored at random from left to
 * right and upside down. Thread-safe; all pictures are held in memory.
 */
public final class ProposalSamples implements TrainingData {
  private final List<Item> items = new ArrayList<>();
  private final Shape shape;
  private final int proposals;
  private final int most;

  private record Item(Tensor input, List<Annotation> objects, List<Box> proposals) {}

  /**
   * Prepares pictures and finds their proposals, which takes a while.
   *
   * @param design says how pictures are prepared, which proposals there are and how many
   * @throws IOException if a picture cannot be read
   */
  public ProposalSamples(PictureSet set, FastRcnn design) throws IOException {
    Preprocessing preprocessing = design.preprocessing();
    this.shape = Shape.of(preprocessing.channels().count(), design.height(), design.width());
    this.proposals = design.proposals();
    int largest = 0;
    for (int i = 0; i < set.size(); i++) {
      Image image = set.image(i);
      Preprocessor.Prepared prepared = new Preprocessor(preprocessing).prepare(image);
      Frame frame = new Frame(prepared.geometry(), image.width(), image.height());
      List<Annotation> objects = new ArrayList<>();
      for (Annotation object : set.objects(i)) {
        Box box = frame.toInput(object.box()).clip(design.width(), design.height());
        if (!box.isEmpty()) {
          objects.add(
              Annotation.of(object.label(), box)
                  .withDifficult(object.difficult() || object.crowd()));
        }
      }
      largest = Math.max(largest, objects.size());
      items.add(new Item(prepared.tensor(), objects, design.propose(prepared.tensor())));
    }
    this.most = largest + 1;
  }

  /** The proposals of a picture, in pixels of the input, the best first. */
  public List<Box> proposals(int picture) {
    return items.get(picture).proposals();
  }

  /** The true objects of a picture, in pixels of the input. */
  public List<Annotation> objects(int picture) {
    return items.get(picture).objects();
  }

  /** A picture as the network sees it, {@code [1, C, H, W]}; not to be modified. */
  public Tensor input(int picture) {
    return items.get(picture).input();
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public Shape inputShape() {
    return shape;
  }

  @Override
  public Shape targetShape() {
    return ProposalRows.shape(most, proposals);
  }

  @Override
  public String describe() {
    return "mirrored, " + proposals + " proposals";
  }

  @Override
  public void sample(int index, long seed, Tensor input, Tensor target, Tensor weight) {
    SplittableRandom random = new SplittableRandom(seed);
    Mirror mirror = new Mirror(random.nextBoolean(), random.nextBoolean());
    Item item = items.get(index);
    mirror.apply(item.input(), input);
    ObjectRows.write(
        item.objects().stream()
            .map(o -> Annotation.of(o.label(), mirror.apply(o.box())).withDifficult(o.difficult()))
            .toList(),
        ProposalRows.objects(target, proposals).reshape(most, ObjectRows.COLUMNS));
    ProposalRows.write(item.proposals().stream().map(mirror::apply).toList(), target, proposals);
  }

  /** Exchanges sides of the input. */
  private final class Mirror {
    private final boolean x;
    private final boolean y;

    Mirror(boolean x, boolean y) {
      this.x = x;
      this.y = y;
    }

    Box apply(Box box) {
      int width = shape.dim(2);
      int height = shape.dim(1);
      return Box.ofCorners(
          x ? width - box.x1() : box.x1(),
          y ? height - box.y1() : box.y1(),
          x ? width - box.x2() : box.x2(),
          y ? height - box.y2() : box.y2());
    }

    void apply(Tensor from, Tensor to) {
      int width = shape.dim(2);
      int height = shape.dim(1);
      int rows = shape.dim(0) * height;
      for (int row = 0; row < rows; row++) {
        int source = y ? row / height * height + height - 1 - row % height : row;
        for (int column = 0; column < width; column++) {
          to.array()[to.offset() + row * width + column] =
              from.get(source * width + (x ? width - 1 - column : column));
        }
      }
    }
  }
}
