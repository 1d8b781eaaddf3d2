package dev.fovea.segmentation;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Outlines of the objects of a label map as polygons along the edges between pixels, so that the
 * pixels whose centres lie inside the polygons of a label are exactly its pixels.
 *
 * <p>Every connected part has one outer polygon, clockwise as seen on screen (y down), and one
 * inner polygon per hole, counter-clockwise. A point is inside an object if the even-odd (or the
 * non-zero winding) rule over all polygons of its label says so. A polygon may touch itself in a
 * corner where two pixels meet diagonally, but never crosses itself.
 */
public final class LabelContours {
  // Directions clockwise: east, south, west, north.
  private static final int[] DX = {1, 0, -1, 0};
  private static final int[] DY = {0, 1, 0, -1};
  private static final int EAST = 0;

  private final LabelMap map;
  private final Connectivity connectivity;
  private final BitSet tracedTopEdges = new BitSet();

  private LabelContours(LabelMap map, Connectivity connectivity) {
    this.map = map;
    this.connectivity = connectivity;
  }

  /**
   * One closed polygon; its last corner is joined to the first.
   *
   * @param label label of the object
   * @param xs x of the corners, in pixel edges: 0 is the left edge of the picture
   * @param ys y of the corners, in pixel edges: 0 is the upper edge of the picture
   * @param hole whether the polygon bounds a hole
   */
  public record Contour(int label, int[] xs, int[] ys, boolean hole) {}

  /**
   * Traces the outlines of all objects.
   *
   * @param map the objects; not changed
   * @param connectivity whether pixels of one label that share only a corner are in one part
   * @return the polygons in ascending label order, those of one label in raster order of their
   *     uppermost left pixel edges; no corner lies on a straight line between its neighbours
   */
  public static List<Contour> trace(LabelMap map, Connectivity connectivity) {
    LabelContours tracer = new LabelContours(map, connectivity);
    List<Contour> contours = new ArrayList<>();
    for (int y = 0; y < map.height(); y++) {
      for (int x = 0; x < map.width(); x++) {
        int label = map.get(x, y);
        boolean topEdge = label != 0 && !tracer.is(label, x, y - 1);
        if (topEdge && !tracer.tracedTopEdges.get(y * map.width() + x)) {
          contours.add(tracer.follow(label, x, y));
        }
      }
    }
    contours.sort(Comparator.comparingInt(Contour::label));
    return contours;
  }

  private boolean is(int label, int x, int y) {
    return x >= 0 && x < map.width() && y >= 0 && y < map.height() && map.get(x, y) == label;
  }

  /** Follows the crack that starts with the top edge of a pixel, the object always on the right. */
  private Contour follow(int label, int startX, int startY) {
    IntStream.Builder xs = IntStream.builder();
    IntStream.Builder ys = IntStream.builder();
    int x = startX;
    int y = startY;
    int direction = EAST;
    long doubledArea = 0;
    do {
      if (direction == EAST) {
        tracedTopEdges.set(y * map.width() + x);
      }
      doubledArea += (long) x * DY[direction] - (long) y * DX[direction];
      x += DX[direction];
      y += DY[direction];
      int turned = turn(label, x, y, direction);
      if (turned != direction) {
        xs.add(x);
        ys.add(y);
      }
      direction = turned;
    } while (x != startX || y != startY || direction != EAST);
    return new Contour(label, xs.build().toArray(), ys.build().toArray(), doubledArea < 0);
  }

  /** Direction in which the crack leaves a vertex that it reached in {@code direction}. */
  private int turn(int label, int x, int y, int direction) {
    // The two pixels ahead, on either side of the straight way on.
    boolean right = is(label, aheadX(x, direction, true), aheadY(y, direction, true));
    boolean left = is(label, aheadX(x, direction, false), aheadY(y, direction, false));
    if (right) {
      return left ? (direction + 3) & 3 : direction;
    }
    boolean joinsDiagonally = left && connectivity == Connectivity.EIGHT;
    return joinsDiagonally ? (direction + 3) & 3 : (direction + 1) & 3;
  }

  private static int aheadX(int x, int direction, boolean right) {
    return switch (direction) {
      case 0 -> x;
      case 1 -> right ? x - 1 : x;
      case 2 -> x - 1;
      default -> right ? x : x - 1;
    };
  }

  private static int aheadY(int y, int direction, boolean right) {
    return switch (direction) {
      case 0 -> right ? y : y - 1;
      case 1 -> y;
      case 2 -> right ? y - 1 : y;
      default -> y - 1;
    };
  }
}
