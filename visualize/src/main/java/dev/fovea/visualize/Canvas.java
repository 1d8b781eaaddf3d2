package dev.fovea.visualize;

import dev.fovea.engine.image.Image;

/** A colour picture to draw on, packed as {@code 0xRRGGBB} row by row. */
final class Canvas {
  private final int width;
  private final int height;
  private final int[] pixels;

  Canvas(int width, int height) {
    this.width = width;
    this.height = height;
    this.pixels = new int[Math.multiplyExact(width, height)];
  }

  /** A canvas with a picture on it, each of its pixels {@code scale} wide and high. */
  static Canvas of(Image image, int scale) {
    Image rgb = Overlays.display(image);
    Canvas canvas =
        new Canvas(Math.multiplyExact(rgb.width(), scale), Math.multiplyExact(rgb.height(), scale));
    canvas.draw(rgb, 0, 0, scale);
    return canvas;
  }

  /** Draws an 8-bit colour picture with its upper left corner at (x0, y0). */
  void draw(Image rgb, int x0, int y0, int scale) {
    for (int y = 0; y < rgb.height() * scale; y++) {
      int row = (y0 + y) * width + x0;
      for (int x = 0; x < rgb.width() * scale; x++) {
        int colour = 0;
        for (int c = 0; c < 3; c++) {
          colour = colour << 8 | (int) rgb.value(c, y / scale, x / scale);
        }
        pixels[row + x] = colour;
      }
    }
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  int get(int i) {
    return pixels[i];
  }

  void set(int i, int rgb) {
    pixels[i] = rgb;
  }

  /** All pixels row by row; not a copy. */
  int[] pixels() {
    return pixels;
  }

  Image toImage() {
    byte[][] planes = new byte[3][pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      planes[0][i] = (byte) (pixels[i] >> 16);
      planes[1][i] = (byte) (pixels[i] >> 8);
      planes[2][i] = (byte) pixels[i];
    }
    return Image.ofUint8(width, height, planes);
  }
}
