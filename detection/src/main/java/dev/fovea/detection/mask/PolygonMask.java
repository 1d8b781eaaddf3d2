package dev.fovea.detection.mask;

import dev.fovea.detection.box.Box;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A mask as the outlines of its parts, in pixels. The parts are joined; a part has no holes.
 *
 * @param width columns of the picture
 * @param height rows of the picture
 * @param rings outlines, each {@code x1, y1, x2, y2, ...} of at least three points, closed by
 *     itself
 */
public record PolygonMask(int width, int height, List<List<Double>> rings) implements Mask {
  private static final int COORDINATES_OF_A_TRIANGLE = 6;

  /**
   * Checks the outlines.
   *
   * @throws IllegalArgumentException if there is none, one has less than three points or half a
   *     point, or a point is more than the picture's size outside
   */
  public PolygonMask {
    Mask.requireSize(width, height);
    rings = rings.stream().map(List::copyOf).toList();
    if (rings.isEmpty()) {
      throw new IllegalArgumentException("polygon: found no outline");
    }
    for (List<Double> ring : rings) {
      if (ring.size() < COORDINATES_OF_A_TRIANGLE || ring.size() % 2 != 0) {
        throw new IllegalArgumentException(
            "polygon: found " + ring.size() + " coordinates, expected an even number from 6");
      }
      for (int i = 0; i < ring.size(); i++) {
        // Outlines are walked step by step, so a far point would take forever.
        int size = i % 2 == 0 ? width : height;
        if (!(ring.get(i) >= -size && ring.get(i) <= 2.0 * size)) {
          throw new IllegalArgumentException(
              "polygon: found coordinate %s, expected one near the picture of %d x %d"
                  .formatted(ring.get(i), width, height));
        }
      }
    }
  }

  /** The smallest box around the points. */
  public Box box() {
    Box box = null;
    for (List<Double> ring : rings) {
      for (int i = 0; i < ring.size(); i += 2) {
        double x = ring.get(i);
        double y = ring.get(i + 1);
        Box point = new Box(x, y, x, y);
        box = box == null ? point : box.enclosing(point);
      }
    }
    return box;
  }

  /** The pixels, chosen as COCO's own programs choose them, so that figures can be compared. */
  @Override
  public RleMask toRle() {
    return RleMask.union(rings.stream().map(ring -> new Walk().around(ring)).toList());
  }

  /**
   * A walk along an outline on a grid five times as fine. Where it steps from one fine column to
   * the next in the middle of a column of pixels, the column is inside from there on, or outside
   * again.
   */
  private final class Walk {
    private static final int FINE = 5;
    private static final int MIDDLE = FINE / 2;

    private final List<Integer> changes = new ArrayList<>();
    private boolean started;
    private int lastX;
    private int lastY;

    RleMask around(List<Double> ring) {
      int n = ring.size();
      for (int i = 0; i < n; i += 2) {
        edge(
            fine(ring.get(i)),
            fine(ring.get(i + 1)),
            fine(ring.get((i + 2) % n)),
            fine(ring.get((i + 3) % n)));
      }
      return runs();
    }

    private static int fine(double coordinate) {
      return (int) (FINE * coordinate + 0.5);
    }

    /** Points from one to the other, computed from the smaller end, whatever the direction. */
    private void edge(int fromX, int fromY, int toX, int toY) {
      int dx = Math.abs(toX - fromX);
      int dy = Math.abs(toY - fromY);
      boolean flat = dx >= dy;
      boolean backwards = flat ? fromX > toX : fromY > toY;
      int x = backwards ? toX : fromX;
      int y = backwards ? toY : fromY;
      int steps = Math.max(dx, dy);
      double slope = steps == 0 ? 0 : slope(flat, fromX, fromY, toX, toY);
      for (int step = 0; step <= steps; step++) {
        int t = backwards ? steps - step : step;
        if (flat) {
          point(x + t, (int) (y + slope * t + 0.5));
        } else {
          point((int) (x + slope * t + 0.5), y + t);
        }
      }
    }

    private static double slope(boolean flat, int fromX, int fromY, int toX, int toY) {
      double across = toX - fromX;
      double down = toY - fromY;
      return flat ? down / across : across / down;
    }

    private void point(int x, int y) {
      int fineColumn = Math.min(x, lastX);
      if (started && x != lastX && Math.floorMod(fineColumn - MIDDLE, FINE) == 0) {
        int column = Math.floorDiv(fineColumn - MIDDLE, FINE);
        int row = Math.floorDiv(Math.min(y, lastY) + MIDDLE, FINE);
        if (column >= 0 && column < width) {
          changes.add(column * height + Math.max(0, Math.min(row, height)));
        }
      }
      started = true;
      lastX = x;
      lastY = y;
    }

    private RleMask runs() {
      int[] sorted = changes.stream().mapToInt(Integer::intValue).sorted().toArray();
      RleMask.Runs runs = new RleMask.Runs();
      int position = 0;
      boolean inside = false;
      for (int change : sorted) {
        runs.add(change - position, inside);
        position = change;
        inside = !inside;
      }
      runs.add(width * height - position, inside);
      return RleMask.of(width, height, runs.toArray());
    }
  }

  /**
   * The mask with one outline.
   *
   * @param ring {@code x1, y1, x2, y2, ...}
   */
  public static PolygonMask of(int width, int height, double... ring) {
    return new PolygonMask(width, height, List.of(Arrays.stream(ring).boxed().toList()));
  }
}
