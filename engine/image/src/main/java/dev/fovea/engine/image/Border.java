package dev.fovea.engine.image;

/** What lies outside a picture. */
interface Border {

  /** The sample at column {@code x}, row {@code y}, which may lie outside the plane. */
  float sample(float[] plane, int width, int height, int x, int y);

  /** The same value everywhere outside. */
  static Border constant(float value) {
    return (plane, width, height, x, y) ->
        x >= 0 && x < width && y >= 0 && y < height ? plane[y * width + x] : value;
  }

  /** The picture mirrored at the centres of its edge pixels, again and again. */
  Border REFLECT =
      (plane, width, height, x, y) -> plane[reflect(y, height) * width + reflect(x, width)];

  /** An index mirrored into {@code 0 .. length - 1}, without repeating the edge: -1 becomes 1. */
  static int reflect(int index, int length) {
    if (index >= 0 && index < length) {
      return index;
    }
    if (length == 1) {
      return 0;
    }
    int period = 2 * (length - 1);
    int i = Math.floorMod(index, period);
    return i < length ? i : period - i;
  }
}
