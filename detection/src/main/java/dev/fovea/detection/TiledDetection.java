package dev.fovea.detection;

import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.Overlap;
import dev.fovea.engine.image.Image;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Finds objects in pictures that are much larger than what a detector was trained on: tile by tile,
 * at the picture's own scale.
 *
 * <p>Tiles of one size cover the picture, spread evenly, neighbours sharing at least {@code
 * overlap} pixels. An object in several tiles is found several times, in some of them only in part:
 * of finds of a class from different tiles that are mostly the same, {@code intersection / smaller
 * area > 0.5}, one stays, that which no inner border of a tile cuts, else the largest score.
 * Objects that are larger than the overlap may stay cut. Immutable and thread-safe.
 *
 * @param detector finds objects in a tile
 * @param tile side of a tile in pixels
 * @param overlap least number of pixels that neighbouring tiles share, at most half a tile
 */
public record TiledDetection(Detector detector, int tile, int overlap) {
  private static final double SAME = 0.5;

  /** A find this near to the border of a tile, in pixels, may go on beyond. */
  private static final double NEAR = 2;

  private record Find(Detection detection, int tile, boolean cut) {}

  /** Checks the numbers. */
  public TiledDetection {
    if (tile < 1 || overlap < 0 || overlap > tile / 2) {
      throw new IllegalArgumentException(
          "tiles: found %d pixels that share %d, expected 1 or more, and 0 to half of them"
              .formatted(tile, overlap));
    }
  }

  /**
   * Finds the objects in a picture.
   *
   * @param progress told after every tile how many are done, of how many; may throw to cancel
   * @return finds in pixels of the picture, by falling score
   */
  public List<Detection> detect(Image image, BiConsumer<Integer, Integer> progress) {
    int[] columns = starts(image.width());
    int[] rows = starts(image.height());
    List<Find> all = new ArrayList<>();
    int number = 0;
    for (int y : rows) {
      for (int x : columns) {
        int width = Math.min(tile, image.width());
        int height = Math.min(tile, image.height());
        for (Detection found : detector.detect(image.crop(x, y, width, height))) {
          Box box = found.box().translate(x, y);
          boolean cut =
              x > 0 && box.x1() < x + NEAR
                  || y > 0 && box.y1() < y + NEAR
                  || x + width < image.width() && box.x2() > x + width - NEAR
                  || y + height < image.height() && box.y2() > y + height - NEAR;
          all.add(new Find(Detection.of(found.label(), found.score(), box), number, cut));
        }
        progress.accept(++number, columns.length * rows.length);
      }
    }
    return merge(all, detector.thresholds().most());
  }

  /** Where the tiles of an axis begin. */
  int[] starts(int length) {
    if (length <= tile) {
      return new int[] {0};
    }
    int step = tile - overlap;
    int count = (length - tile + step - 1) / step + 1;
    int[] starts = new int[count];
    for (int i = 0; i < count; i++) {
      starts[i] = (int) ((long) (length - tile) * i / (count - 1));
    }
    return starts;
  }

  private static List<Detection> merge(List<Find> all, int most) {
    List<Find> order =
        all.stream()
            .sorted(
                Comparator.comparing(Find::cut)
                    .thenComparingDouble(find -> -find.detection().score()))
            .toList();
    List<Find> kept = new ArrayList<>();
    for (Find find : order) {
      if (kept.stream().noneMatch(other -> same(find, other))) {
        kept.add(find);
      }
    }
    return kept.stream()
        .map(Find::detection)
        .sorted(Comparator.comparingDouble(found -> -found.score()))
        .limit(most)
        .toList();
  }

  private static boolean same(Find a, Find b) {
    return a.tile() != b.tile()
        && a.detection().label() == b.detection().label()
        && Math.max(
                Overlap.IOA.of(a.detection().box(), b.detection().box()),
                Overlap.IOA.of(b.detection().box(), a.detection().box()))
            > SAME;
  }
}
