package dev.fovea.imagej;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import java.awt.event.KeyEvent;
import org.junit.jupiter.api.Test;

class StatusLineTest {
  @Test
  void forecastsTheRemainingTime() {
    assertEquals(" (30 s left)", StatusLine.remaining(0.25, 10));
    assertEquals(" (5 min left)", StatusLine.remaining(0.5, 300));
    assertEquals("", StatusLine.remaining(0.5, 1), "too early");
    assertEquals("", StatusLine.remaining(0, 10), "nothing done");
    assertEquals("", StatusLine.remaining(1, 10), "all done");
  }

  @Test
  void theEscapeKeyCancelsUntilTheNextCommand() {
    StatusLine line = new StatusLine("Segment");
    assertFalse(line.cancelled());
    IJ.setKeyDown(KeyEvent.VK_ESCAPE);
    assertTrue(line.cancelled());
    assertFalse(new StatusLine("Segment").cancelled());
  }
}
