package example;

import dev.fovea.detection.Detection;
import dev.fovea.detection.Detector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Counts what a detector finds in a picture. Arguments: a model, a picture. */
public final class CountCells {
  private CountCells() {}

  public static void main(String[] arguments) throws IOException {
    Detector detector = Detector.load(Path.of(arguments[0]));
    Map<String, Integer> counts = new TreeMap<>();
    for (Detection found : detector.detect(Path.of(arguments[1]))) {
      counts.merge(detector.className(found), 1, Integer::sum);
    }
    counts.forEach((name, count) -> System.out.println(name + " " + count));
  }
}
