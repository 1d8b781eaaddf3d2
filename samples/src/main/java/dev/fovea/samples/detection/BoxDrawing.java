package dev.fovea.samples.detection;

import dev.fovea.detection.Detection;
import dev.fovea.engine.image.BufferedImages;
import dev.fovea.engine.image.Image;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.Function;

/** Draws boxes into pictures. Stateless. */
public final class BoxDrawing {
  private static final float GOLDEN = 0.618034f;

  private BoxDrawing() {}

  /**
   * A copy of a picture in colour, with the boxes.
   *
   * @param text what stands at a box
   */
  public static BufferedImage draw(
      Image image, List<Detection> found, Function<Detection, String> text) {
    BufferedImage source = BufferedImages.fromImage(image.asUint8().toRgb());
    BufferedImage drawn =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = drawn.createGraphics();
    g.drawImage(source, 0, 0, null);
    g.setStroke(new BasicStroke(2));
    for (Detection d : found) {
      // Hues far apart for neighbouring labels.
      g.setColor(Color.getHSBColor(d.label() * GOLDEN, 1, 1));
      g.draw(new Rectangle2D.Double(d.box().x1(), d.box().y1(), d.box().width(), d.box().height()));
      g.drawString(text.apply(d), (float) d.box().x1() + 3, (float) d.box().y1() + 13);
    }
    g.dispose();
    return drawn;
  }
}
