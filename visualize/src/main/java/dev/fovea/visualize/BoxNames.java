package dev.fovea.visualize;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Writes the names of boxes at them: above the upper edge, or below it where the picture ends. The
 * letters have a thin dark rim instead of a ground of their own, so that they can be read on
 * anything and hide little. Not thread-safe.
 */
final class BoxNames {
  private static final int LEAST_SIZE = 11;
  private static final int LARGEST_SIZE = 24;

  /** The longer side of a picture in heights of letters, within these sizes. */
  private static final int LETTERS_A_SIDE = 85;

  /** Names wider than so many boxes are left out: they would hide what stands beside it. */
  private static final int MOST_WIDTHS = 2;

  private static final Color RIM = new Color(0, 0, 0, 170);

  /** Whether this Java can write at all; one without fonts, as in small containers, cannot. */
  private static final class Fonts {
    static final boolean THERE = areThere();

    private static boolean areThere() {
      try {
        Graphics2D graphics = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB).createGraphics();
        graphics.drawString("a", 0, 8);
        graphics.dispose();
        return true;
      } catch (LinkageError | InternalError | RuntimeException e) {
        // What is thrown depends on what is missing: a library, its settings, or all fonts.
        return false;
      }
    }
  }

  private final Canvas canvas;
  private final int scale;
  private final Graphics2D graphics;
  private final FontMetrics metrics;

  private BoxNames(Canvas canvas, BufferedImage picture, int scale) {
    this.canvas = canvas;
    this.scale = scale;
    this.graphics = picture.createGraphics();
    int side = Math.max(canvas.width(), canvas.height());
    int size = Math.max(LEAST_SIZE, Math.min(LARGEST_SIZE, side / LETTERS_A_SIDE));
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, size));
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    this.metrics = graphics.getFontMetrics();
  }

  /**
   * Writes all names. Without fonts in the system it does nothing.
   *
   * @param boxes in the order of writing; edges in pixels before enlargement
   * @param scale how many times the canvas is enlarged
   */
  static void write(Canvas canvas, List<LabelledBox> boxes, int scale) {
    if (boxes.stream().allMatch(box -> box.name().isEmpty()) || !Fonts.THERE) {
      return;
    }
    BufferedImage picture =
        new BufferedImage(canvas.width(), canvas.height(), BufferedImage.TYPE_INT_RGB);
    int width = canvas.width();
    picture.setRGB(0, 0, width, canvas.height(), canvas.pixels(), 0, width);
    BoxNames names = new BoxNames(canvas, picture, scale);
    boxes.forEach(names::write);
    names.graphics.dispose();
    picture.getRGB(0, 0, width, canvas.height(), canvas.pixels(), 0, width);
  }

  private void write(LabelledBox box) {
    double room = (box.x2() - box.x1()) * scale;
    String text = box.name();
    if (!box.detail().isEmpty() && metrics.stringWidth(text + " " + box.detail()) <= room) {
      text += " " + box.detail();
    }
    int width = metrics.stringWidth(text);
    if (text.isEmpty() || width > MOST_WIDTHS * room) {
      return;
    }
    int x = (int) Math.max(1, Math.min(box.x1() * scale + 1, canvas.width() - width - 1.0));
    int above = (int) Math.round(box.y1() * scale) - metrics.getDescent();
    int y = above >= metrics.getAscent() ? above : above + metrics.getHeight() + 2;
    graphics.setColor(RIM);
    for (int dy = -1; dy <= 1; dy++) {
      for (int dx = -1; dx <= 1; dx++) {
        graphics.drawString(text, x + dx, y + dy);
      }
    }
    graphics.setColor(new Color(Rgb.blend(LabelColors.rgb(box.label()), 0xffffff, 0.5)));
    graphics.drawString(text, x, y);
  }
}
