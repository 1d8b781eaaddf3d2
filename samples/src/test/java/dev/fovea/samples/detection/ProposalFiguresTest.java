package dev.fovea.samples.detection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.data.DetectionDataset;
import dev.fovea.detection.data.DetectionDataset.Picture;
import dev.fovea.detection.data.PictureSet;
import dev.fovea.detection.data.VocXml;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProposalFiguresTest {

  @Test
  void aBrightSquareIsFound(@TempDir Path folder) throws IOException {
    byte[] grey = new byte[64 * 48];
    for (int y = 10; y < 30; y++) {
      for (int x = 20; x < 50; x++) {
        grey[y * 64 + x] = (byte) 200;
      }
    }
    Files.createDirectories(folder.resolve("images"));
    ImageWriter.writePng(folder.resolve("images/a.png"), Image.ofUint8(64, 48, grey));
    Annotation square = Annotation.of(0, new Box(20, 10, 50, 30));
    new VocXml(VocXml.Frame.AS_WRITTEN)
        .write(
            DetectionDataset.of(
                List.of("square"), List.of(new Picture("a.png", 64, 48, List.of(square)))),
            folder.resolve("annotations"));
    Files.writeString(folder.resolve("val.txt"), "a\n");

    PictureSet split = VocSplit.read(folder, "val", List.of());
    assertEquals(List.of(square), split.objects(0));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    ProposalFigures.measure(split, ProposalFigures.mode("single"), out);
    String table = bytes.toString(StandardCharsets.UTF_8);
    assertTrue(table.startsWith("1 pictures, 1 objects"), table);
    assertTrue(table.contains("| 10000 | 1.000 | 1.000 | 1.000 |"), table);
    assertThrows(IllegalArgumentException.class, () -> ProposalFigures.mode("slow"));
  }
}
