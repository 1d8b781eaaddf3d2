package dev.fovea.tasks;

import dev.fovea.detection.onestage.RetinaNet;
import dev.fovea.detection.onestage.Ssd;
import dev.fovea.detection.onestage.Yolo;
import dev.fovea.detection.onestage.YoloV1;
import dev.fovea.detection.onestage.YoloV3;
import dev.fovea.detection.train.DetectorDesign;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** The detectors that can be trained, by name. */
final class DetectorArchitectures {
  private static final Map<String, BiFunction<Integer, Integer, DetectorDesign>> ALL = all();

  private DetectorArchitectures() {}

  private static Map<String, BiFunction<Integer, Integer, DetectorDesign>> all() {
    Map<String, BiFunction<Integer, Integer, DetectorDesign>> all = new LinkedHashMap<>();
    all.put("yolo-nano", (width, height) -> new Yolo(width, height, Yolo.Size.NANO));
    all.put("yolo-tiny", (width, height) -> new Yolo(width, height, Yolo.Size.TINY));
    all.put(Ssd.FORMAT, Ssd::new);
    all.put(RetinaNet.FORMAT, RetinaNet::small);
    all.put(YoloV3.FORMAT, YoloV3::new);
    all.put(YoloV1.FORMAT, YoloV1::new);
    return all;
  }

  /** All names, the default first. */
  static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /**
   * A design.
   *
   * @param name one of {@link #names}
   * @param width of the input in pixels
   * @param height of the input in pixels
   * @throws IllegalArgumentException if the network cannot have an input of this size
   */
  static DetectorDesign design(String name, int width, int height) {
    return ALL.get(name).apply(width, height);
  }
}
