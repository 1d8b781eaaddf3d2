package dev.fovea.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.Detector;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.data.CocoJson;
import dev.fovea.detection.data.DetectionDataset;
import dev.fovea.detection.data.DetectionFolders;
import dev.fovea.detection.data.VocXml;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Detectors on the command line: train, detect, evaluate, convert. */
class DetectTest {
  private static final List<String> CLASSES = List.of("bright", "dark");
  private static final int SIZE = 64;

  @TempDir static Path root;
  private static Path data;
  private static Path model;

  /** Pictures with one square each, and a detector that has seen them for two epochs. */
  @BeforeAll
  static void train() throws IOException {
    data = root.resolve("data");
    Files.createDirectories(data.resolve("images"));
    SplittableRandom random = new SplittableRandom(5);
    List<DetectionDataset.Picture> pictures = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int label = i % 2;
      Box box = Box.ofSize(4 + random.nextInt(30), 4 + random.nextInt(30), 20, 16);
      byte[] plane = new byte[SIZE * SIZE];
      for (int p = 0; p < plane.length; p++) {
        boolean inside = Box.ofSize(p % SIZE, p / SIZE, 1, 1).intersection(box) > 0;
        plane[p] = (byte) (inside ? label == 0 ? 250 : 5 : 120);
      }
      String name = "square" + i + ".png";
      ImageWriter.writePng(data.resolve("images").resolve(name), Image.ofUint8(SIZE, SIZE, plane));
      pictures.add(
          new DetectionDataset.Picture(name, SIZE, SIZE, List.of(Annotation.of(label, box))));
    }
    new VocXml(VocXml.Frame.AS_WRITTEN)
        .write(DetectionDataset.of(CLASSES, pictures), data.resolve("annotations"));
    list("train.txt", 0, 6);
    list("val.txt", 6, 8);
    model = root.resolve("squares.onnx");
    CliRun run =
        CliRun.of(
            List.of(
                "train",
                "detector",
                "--data",
                data,
                "--output",
                model,
                "--epochs",
                2,
                "--width",
                SIZE,
                "--height",
                SIZE,
                "--batch-size",
                3,
                "--report",
                "none",
                "--json"));
    assertEquals(0, run.code(), run.err());
    assertTrue(run.json().path("figures").has("AP50"), run.out());
  }

  private static void list(String file, int from, int to) throws IOException {
    StringBuilder stems = new StringBuilder();
    for (int i = from; i < to; i++) {
      stems.append("square").append(i).append('\n');
    }
    Files.writeString(data.resolve(file), stems);
  }

  @Test
  void theCardSaysHowItWasTrained() throws IOException {
    Detector detector = Detector.load(model);
    assertEquals(CLASSES, detector.classes());
    assertEquals("yolo-nano 64x64", detector.card().attributes().get("architecture"));
    assertTrue(detector.card().attributes().get("command").startsWith("fovea train detector"));
    assertTrue(detector.card().attributes().containsKey("val_AP50"));
  }

  @Test
  void allOutputsAreWritten() throws IOException {
    Path out = root.resolve("out");
    CliRun run =
        CliRun.of(
            List.of(
                "detect",
                "--input",
                data.resolve("images"),
                "--output",
                out,
                "--model",
                model,
                "--score-threshold",
                "0.001",
                "--outputs",
                "overlay,coco,yolo,voc,rois,geojson,crops"));
    assertEquals(0, run.code(), run.err());
    String all = Files.readString(out.resolve("detections.csv"));
    assertTrue(all.startsWith("image,page,id,class,score,x1,y1,x2,y2,width,height\n"), all);
    List<String> rows =
        Files.readString(out.resolve("square0.detections.csv")).lines().skip(1).toList();
    assertTrue(rows.size() > 0);
    for (String ending : List.of(".overlay.png", ".rois.zip", ".geojson", ".coco.json")) {
      assertTrue(Files.size(out.resolve("square0" + ending)) > 0, ending);
    }
    assertTrue(Files.exists(out.resolve("square0.voc/square0.xml")));
    assertTrue(Files.exists(out.resolve("square0.yolo/labels/val/square0.txt")));
    DetectionDataset coco = CocoJson.read(out.resolve("square0.coco.json"));
    assertEquals(rows.size(), coco.objects());
    try (ZipFile rois = new ZipFile(out.resolve("square0.rois.zip").toFile())) {
      assertEquals(rows.size(), rois.size());
      byte[] roi = rois.getInputStream(rois.entries().nextElement()).readAllBytes();
      assertEquals("Iout", new String(roi, 0, 4, StandardCharsets.US_ASCII));
    }
  }

  @Test
  void tilesAndUnknownOutputs() {
    CliRun tiles =
        CliRun.of(
            List.of(
                "detect",
                "--input",
                data.resolve("images"),
                "--output",
                root.resolve("tiles"),
                "--model",
                model,
                "--tile",
                48,
                "--outputs",
                "none"));
    assertEquals(0, tiles.code(), tiles.err());
    CliRun wrong =
        CliRun.of(
            List.of(
                "detect",
                "--input",
                data,
                "--output",
                root.resolve("x"),
                "--model",
                model,
                "--outputs",
                "png"));
    assertEquals(2, wrong.code());
    assertTrue(wrong.err().contains("outputs: found 'png', expected none or some of overlay"));
  }

  @Test
  void evaluationGivesFiguresAndAPage() throws IOException {
    Path report = root.resolve("report");
    CliRun run =
        CliRun.of(
            List.of(
                "evaluate",
                "--model",
                model,
                "--data",
                data,
                "--split",
                "train",
                "--report",
                report,
                "--json"));
    assertEquals(0, run.code(), run.err());
    assertEquals(6, run.json().path("images").asInt());
    assertTrue(run.json().has("AP50_dark"), run.out());
    String page = Files.readString(report.resolve("report.html"));
    assertTrue(page.contains("Precision against recall"));
    assertTrue(page.contains("data:image/png;base64,"));
  }

  @Test
  void boxesSurviveTheWayThroughAllFormats() throws IOException {
    DetectionDataset before = DetectionFolders.read(data, "val").data();
    Path coco = root.resolve("val.json");
    assertEquals(0, CliRun.of(List.of("convert", data, "--output", coco, "--split", "val")).code());
    Path voc = root.resolve("voc");
    CliRun run = CliRun.of(List.of("convert", coco, "--output", voc, "--to", "voc"));
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("2 images, 2 objects"), run.out());
    assertEquals(before.pictures(), new VocXml(VocXml.Frame.AS_WRITTEN).read(voc).pictures());
    Path yolo = root.resolve("yolo");
    assertEquals(0, CliRun.of(List.of("convert", voc, "--output", yolo, "--to", "yolo")).code());
    assertTrue(Files.readString(yolo.resolve("data.yaml")).contains("bright"));
    CliRun nothing = CliRun.of(List.of("convert", root.resolve("none"), "--output", coco));
    assertEquals(3, nothing.code());
    assertTrue(nothing.err().contains("found nothing, expected data.yaml"), nothing.err());
  }
}
