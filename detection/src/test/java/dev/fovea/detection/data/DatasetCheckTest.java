package dev.fovea.detection.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.data.DatasetCheck.Kind;
import dev.fovea.detection.data.DatasetCheck.Problem;
import dev.fovea.detection.data.DetectionDataset.Picture;
import dev.fovea.detection.data.VocXml.Frame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class DatasetCheckTest {

  private static Annotation object(int label, double x1, double y1, double x2, double y2) {
    return Annotation.of(label, new Box(x1, y1, x2, y2));
  }

  @Test
  void everyKindIsNamed() {
    DetectionDataset data =
        new DetectionDataset(
            List.of("a", "b"),
            1,
            List.of(
                new Picture("none.png", 9, 9, List.of()),
                new Picture(
                    "x.png",
                    9,
                    9,
                    List.of(
                        object(0, 0, 0, 9, 9),
                        object(0, 4, 4, 4, 4),
                        object(0, 5, 1, 2, 3),
                        object(0, 5, 5, 9.5, 9),
                        object(1, 0, 0, 9, 9),
                        object(0, 0, 0, 9, 9))),
                new Picture("unsized.png", 0, 0, List.of(object(0, 0, 0, 900, 9)))));
    assertEquals(
        List.of(
            "none.png: no objects",
            "x.png: object 1: the box [4, 4, 4, 4] has no area",
            "x.png: object 2: the edges of [5, 1, 2, 3] are exchanged",
            "x.png: object 3: the box [5, 5, 9.5, 9] is not inside 9 x 9",
            "x.png: object 4: the class 'b' is not declared",
            "x.png: object 5: the box of object 0 again",
            "unsized.png: the size is not given"),
        DatasetCheck.of(data).stream().map(Problem::toString).toList());
  }

  @Test
  void dataSetsThatCannotBe() {
    List<Picture> one = List.of(new Picture("x.png", 9, 9, List.of(object(1, 0, 0, 1, 1))));
    assertThrows(IllegalArgumentException.class, () -> DetectionDataset.of(List.of("a"), one));
    assertThrows(
        IllegalArgumentException.class, () -> DetectionDataset.of(List.of("a", "a"), List.of()));
    assertThrows(
        IllegalArgumentException.class, () -> new DetectionDataset(List.of("a"), 2, List.of()));
    assertThrows(IllegalArgumentException.class, () -> new Picture("x", -1, 0, List.of()));
  }

  /** The data set of blood cells has two boxes without area, and is read all the same. */
  @Test
  void bloodCells() throws IOException {
    String root = System.getenv("FOVEA_DATA");
    Assumptions.assumeTrue(root != null, "FOVEA_DATA is not set: no blood cells");
    DetectionDataset data =
        new VocXml(Frame.AS_WRITTEN).read(Path.of(root, "bloodcells", "annotations"));
    assertEquals(292, data.pictures().size());
    assertEquals(3943, data.objects());
    assertEquals(Set.of("Platelets", "RBC", "WBC"), new TreeSet<>(data.classes()));
    List<Problem> problems = DatasetCheck.of(data);
    problems.forEach(System.out::println);
    assertEquals(
        List.of(
            "BloodImage_00338.jpg: object 12: the box [504, 337, 504, 337] has no area",
            "BloodImage_00343.jpg: object 3: the box [181, 329, 181, 329] has no area"),
        problems.stream()
            .filter(problem -> problem.kind() == Kind.ZERO_AREA)
            .map(Problem::toString)
            .toList());
  }
}
