package dev.fovea.detection.data;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.data.DetectionDataset.Picture;
import dev.fovea.detection.mask.PolygonMask;
import dev.fovea.detection.mask.RleMask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A data set with one of everything, and files by their text. */
final class ExampleData {
  static final List<String> CLASSES = List.of("cell", "dust & <dirt>", "fibre");

  private ExampleData() {}

  /** Boxes alone, some of them with fractions. */
  static DetectionDataset boxes() {
    return DetectionDataset.of(
        CLASSES,
        List.of(
            new Picture(
                "a.jpg",
                64,
                48,
                List.of(
                    Annotation.of(0, new Box(1, 2, 30, 40)),
                    Annotation.of(2, new Box(0.5, 0, 64, 48)))),
            new Picture("b.png", 33, 47, List.of(Annotation.of(1, new Box(3, 3, 3, 9)))),
            new Picture("none.png", 10, 10, List.of())));
  }

  /** With masks of every kind, a crowd and a difficult object. */
  static DetectionDataset masks() {
    PolygonMask triangle = PolygonMask.of(8, 6, 0.4, 0.3, 7.6, 2.2, 3.1, 5.8);
    PolygonMask parts =
        new PolygonMask(
            8,
            6,
            List.of(List.of(0.0, 0.0, 3.0, 0.0, 3.0, 3.0), List.of(4.0, 4.0, 6.0, 4.0, 6.0, 6.0)));
    RleMask runs = RleMask.of(8, 6, 7, 3, 3, 3, 32);
    return DetectionDataset.of(
        CLASSES,
        List.of(
            new Picture(
                "folder/m.png",
                8,
                6,
                List.of(
                    Annotation.of(0, triangle.box(), triangle, false),
                    Annotation.of(1, parts.box(), parts, false).withDifficult(true),
                    Annotation.of(2, runs.box(), runs, true),
                    new Annotation(
                        0, new Box(1, 1, 4, 4), Optional.of(runs), false, false, 5.25)))));
  }

  static Path file(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
