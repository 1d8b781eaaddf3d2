package dev.fovea.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.Detection;
import dev.fovea.detection.Detector;
import dev.fovea.detection.data.DetectionDataset;
import dev.fovea.detection.data.DetectionFolders;
import dev.fovea.detection.data.PictureSet;
import dev.fovea.detection.train.DetectorEvaluation;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.runtime.Inference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The built-in detector. */
class BloodcellsModelTest {
  private static final int SMEARS = 12;
  private static final int MOST_BYTES = 5_000_000;

  private static Detector detector() throws IOException {
    Model model = Models.load("bloodcells");
    Inference network = model.open(RunOptions.defaults());
    return DetectTask.detector(model, null, network, RunOptions.defaults());
  }

  @Test
  void isSmallAndSaysWhereItComesFrom() throws IOException {
    try (InputStream in = Models.class.getResourceAsStream("/dev/fovea/models/bloodcells.onnx")) {
      int bytes = in.readAllBytes().length;
      assertTrue(bytes < MOST_BYTES, bytes + " bytes");
    }
    Detector detector = detector();
    assertEquals(List.of("WBC", "RBC", "Platelets"), detector.classes());
    for (String key : List.of("command", "data", "description", "license", "seed", "val_AP50")) {
      assertTrue(detector.card().attributes().containsKey(key), key);
    }
  }

  @Test
  void findsNothingWhereNothingIs() throws IOException {
    byte[] plane = new byte[640 * 480];
    Arrays.fill(plane, (byte) 210);
    List<Detection> found = detector().detect(Image.ofUint8(640, 480, plane));
    assertEquals(List.of(), found.stream().filter(d -> d.score() > 0.5).toList());
  }

  /** Also when the data names its classes in another order than the model. */
  @Test
  void findsCellsInSmears() throws IOException {
    String data = System.getenv("FOVEA_DATA");
    Path folder = data == null ? null : Path.of(data, "bloodcells");
    Assumptions.assumeTrue(
        folder != null && Files.isDirectory(folder), "FOVEA_DATA names no folder with bloodcells");
    PictureSet all = DetectionFolders.read(folder, "val");
    double[] ap50 = new double[2];
    for (int order = 0; order < 2; order++) {
      int shift = order;
      List<String> names = all.data().classes();
      List<String> classes =
          List.of(names.get(shift % 3), names.get((1 + shift) % 3), names.get((2 + shift) % 3));
      List<DetectionDataset.Picture> pictures =
          all.data().pictures().stream()
              .limit(SMEARS)
              .map(
                  p ->
                      new DetectionDataset.Picture(
                          p.file(),
                          p.width(),
                          p.height(),
                          p.annotations().stream()
                              .map(a -> a.withLabel((a.label() + 3 - shift) % 3))
                              .toList()))
              .toList();
      PictureSet few = new PictureSet(DetectionDataset.of(classes, pictures), all.folder());
      ap50[order] =
          DetectorEvaluation.of(detector(), few, () -> false)
              .figures()
              .get(DetectorEvaluation.AP50);
    }
    assertTrue(ap50[0] > 0.8, "AP50 of " + SMEARS + " smears: " + ap50[0]);
    assertEquals(ap50[0], ap50[1]);
  }
}
