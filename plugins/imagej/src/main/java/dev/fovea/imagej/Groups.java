package dev.fovea.imagej;

import ij.gui.Roi;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Groups of selections, one for each class. They are copied from examples: each call of {@code
 * setGroup} looks for ImageJ's table of group colours, and complains in the log if there is none.
 * Thread-safe.
 */
final class Groups {
  /** ImageJ has no more. */
  private static final int LARGEST = 255;

  private static final Map<Integer, Roi> EXAMPLES = new ConcurrentHashMap<>();

  private Groups() {}

  /**
   * Puts a selection into a group; other attributes, such as its colour, are those of a new one
   * afterwards.
   *
   * @param group 1 or more; those above 255 share the last one
   */
  static void assign(Roi roi, int group) {
    roi.copyAttributes(EXAMPLES.computeIfAbsent(Math.min(group, LARGEST), Groups::example));
  }

  private static Roi example(int group) {
    Roi roi = new Roi(0, 0, 1, 1);
    roi.setGroup(group);
    return roi;
  }
}
