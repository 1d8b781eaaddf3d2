package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.image.data.LabelPairsDataset;
import dev.fovea.engine.image.data.SegmentationDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On the labels of real nuclei, if FOVEA_DATA names the folder that holds them. */
class RealNucleiTest {
  private static SegmentationDataset nuclei;

  @BeforeAll
  static void open() throws IOException {
    String data = System.getenv("FOVEA_DATA");
    Assumptions.assumeTrue(data != null, "FOVEA_DATA is not set: no real nuclei");
    Path folder = Path.of(data, "nuclei");
    nuclei = LabelPairsDataset.open(folder, folder.resolve("val.txt"));
  }

  private static LabelMap labels(int i) throws IOException {
    SegmentationDataset.Sample sample = nuclei.sample(i);
    return LabelMap.of(sample.image().width(), sample.image().height(), sample.labels());
  }

  @Test
  void perfectClassesGiveBackTheNuclei() throws IOException {
    InstanceAveragePrecision precision = new InstanceAveragePrecision();
    for (int i = 0; i < nuclei.size(); i++) {
      LabelMap truth = labels(i);
      int[] classes = ClassMaps.classes(truth, ClassMaps.DEFAULT_RIM);
      ClassProbabilities certain = ClassMapsTest.oneHot(classes, truth.width(), truth.height());
      precision.add(truth, Instances.extract(certain, Instances.Parameters.DEFAULTS));
    }
    System.out.println(
        "ceiling of the method: AP@0.5 "
            + precision.averagePrecision(0.5)
            + ", mean "
            + precision.meanAveragePrecision());
    assertTrue(precision.averagePrecision(0.5) > 0.98);
    assertTrue(precision.meanAveragePrecision() > 0.96);
  }

  @Test
  void outlinesEncloseTheAreas() throws IOException {
    for (int i = 0; i < nuclei.size(); i++) {
      LabelMap truth = labels(i);
      Map<Integer, Long> doubledArea = new HashMap<>();
      for (LabelContours.Contour contour : LabelContours.trace(truth, Connectivity.EIGHT)) {
        doubledArea.merge(contour.label(), doubledArea(contour), Long::sum);
      }
      for (LabelMap.Region region : truth.regions()) {
        assertEquals(2L * region.area(), doubledArea.get(region.label()));
      }
    }
  }

  /** Twice the signed area by the shoelace formula; holes run the other way and count negative. */
  private static long doubledArea(LabelContours.Contour contour) {
    long sum = 0;
    int n = contour.xs().length;
    for (int i = 0; i < n; i++) {
      int next = (i + 1) % n;
      sum += (long) contour.xs()[i] * contour.ys()[next];
      sum -= (long) contour.xs()[next] * contour.ys()[i];
    }
    return sum;
  }
}
