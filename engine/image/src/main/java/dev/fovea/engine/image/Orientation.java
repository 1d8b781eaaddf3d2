package dev.fovea.engine.image;

/**
 * The eight ways to turn and mirror a picture by right angles, in the order of the EXIF and TIFF
 * orientation tag: {@code values()[tag - 1]} is what must be done to the stored picture to show it
 * upright.
 */
public enum Orientation {
  /** As it is (tag 1). */
  NORMAL,
  /** Mirrored left to right (tag 2). */
  FLIP_HORIZONTAL,
  /** Turned by half a turn (tag 3). */
  ROTATE_180,
  /** Mirrored top to bottom (tag 4). */
  FLIP_VERTICAL,
  /** Mirrored at the main diagonal: rows become columns (tag 5). */
  TRANSPOSE,
  /** Turned a quarter clockwise (tag 6). */
  ROTATE_90,
  /** Mirrored at the other diagonal (tag 7). */
  TRANSVERSE,
  /** Turned a quarter counter-clockwise (tag 8). */
  ROTATE_270;

  /** What to do for an orientation tag; values outside 1..8 mean nothing is to be done. */
  public static Orientation ofTag(int tag) {
    return tag >= 1 && tag <= 8 ? values()[tag - 1] : NORMAL;
  }

  /** Whether width and height change places. */
  public boolean swapsAxes() {
    return ordinal() >= TRANSPOSE.ordinal();
  }

  /** Whether left and right change places, seen in the stored picture. */
  private boolean mirrorsX() {
    return this == FLIP_HORIZONTAL
        || this == ROTATE_180
        || this == TRANSVERSE
        || this == ROTATE_270;
  }

  /** Whether top and bottom change places, seen in the stored picture. */
  private boolean mirrorsY() {
    return this == FLIP_VERTICAL || this == ROTATE_180 || this == TRANSVERSE || this == ROTATE_90;
  }

  /** Whether the source column grows (1) or falls (-1) along the result's axis it comes from. */
  int sourceStepX() {
    return mirrorsX() ? -1 : 1;
  }

  /** Whether the source row grows (1) or falls (-1) along the result's axis it comes from. */
  int sourceStepY() {
    return mirrorsY() ? -1 : 1;
  }

  /** The orientation that undoes this one. */
  public Orientation inverse() {
    return switch (this) {
      case ROTATE_90 -> ROTATE_270;
      case ROTATE_270 -> ROTATE_90;
      default -> this;
    };
  }

  /**
   * The index, row by row, of the stored sample that is shown at column {@code x}, row {@code y}.
   *
   * @param width width of the stored picture
   * @param height height of the stored picture
   */
  public int sourceIndex(int x, int y, int width, int height) {
    int sx = swapsAxes() ? y : x;
    int sy = swapsAxes() ? x : y;
    return (mirrorsY() ? height - 1 - sy : sy) * width + (mirrorsX() ? width - 1 - sx : sx);
  }

  /** The picture turned; samples are kept, pixel width and height are swapped with the axes. */
  public Image apply(Image image) {
    if (this == NORMAL) {
      return image;
    }
    int width = image.width();
    int height = image.height();
    return image.rearranged(
        swapsAxes() ? height : width,
        swapsAxes() ? width : height,
        (x, y) -> sourceIndex(x, y, width, height),
        swapsAxes() ? image.calibration().transposed() : image.calibration());
  }
}
