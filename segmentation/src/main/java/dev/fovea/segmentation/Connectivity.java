package dev.fovea.segmentation;

/** Which of the pixels round a pixel count as its neighbours. */
public enum Connectivity {
  /** The four pixels that share an edge. */
  FOUR(new int[] {0, -1, 1, 0}, new int[] {-1, 0, 0, 1}),
  /** The eight pixels that share an edge or a corner. */
  EIGHT(new int[] {-1, 0, 1, -1, 1, -1, 0, 1}, new int[] {-1, -1, -1, 0, 0, 1, 1, 1});

  private final int[] dx;
  private final int[] dy;

  Connectivity(int[] dx, int[] dy) {
    this.dx = dx;
    this.dy = dy;
  }

  /** Number of neighbours of an inner pixel. */
  int size() {
    return dx.length;
  }

  /** Horizontal step to neighbour {@code i}; neighbours are numbered in raster order. */
  int dx(int i) {
    return dx[i];
  }

  /** Vertical step to neighbour {@code i}. */
  int dy(int i) {
    return dy[i];
  }
}
