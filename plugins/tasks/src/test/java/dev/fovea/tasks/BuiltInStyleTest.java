package dev.fovea.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.model.ModelCard;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The built-in model that paints. */
class BuiltInStyleTest {
  @Test
  void paintsInBlueAndYellowAndKeepsTheSize() throws IOException {
    Model model = Models.load("starry");
    assertEquals(ModelCard.Task.STYLE, model.requireCard().task());
    assertTrue(model.bytes() <= 2_000_000, "bytes: " + model.bytes());
    byte[] plane = new byte[50 * 39];
    Arrays.fill(plane, (byte) 128);
    Image grey = Image.ofUint8(50, 39, plane);
    StylizeTask task = new StylizeTask();
    Image painted = task.run(grey, task.parse(Map.of()), TaskContext.NONE);
    assertEquals(50, painted.width());
    assertEquals(39, painted.height());
    double coloured = 0;
    for (int i = 0; i < plane.length; i++) {
      coloured += Math.abs(painted.plane(0)[i] - painted.plane(2)[i]) / plane.length;
    }
    assertTrue(coloured > 5, "grey becomes colours: " + coloured);
  }
}
