package dev.fovea.detection.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.data.CocoJson.Runs;
import dev.fovea.detection.data.DetectionDataset.Picture;
import dev.fovea.detection.data.VocXml.Frame;
import dev.fovea.detection.mask.RleMask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What is written is read again, what others write is read, and what is no data is refused. */
class FormatsTest {
  private static final VocXml VOC = new VocXml(Frame.AS_WRITTEN);

  @TempDir Path folder;

  private static void refused(String expected, Executable reading) {
    IOException e = assertThrows(IOException.class, reading);
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  // ------------------------------------------------------------------ Pascal VOC

  @Test
  void vocKeepsBoxesAndDifficult() throws IOException {
    for (Frame frame : Frame.values()) {
      VocXml format = new VocXml(frame);
      DetectionDataset data = ExampleData.boxes();
      Path out = folder.resolve(frame.name());
      format.write(data, out);
      List<Path> files =
          List.of(out.resolve("a.xml"), out.resolve("b.xml"), out.resolve("none.xml"));
      // The names of the images are not those of the files, so their extensions survive.
      assertEquals(data, format.read(files, ExampleData.CLASSES));
    }
    VOC.write(ExampleData.masks(), folder.resolve("m"));
    Picture picture = VOC.read(folder.resolve("m/folder")).pictures().get(0);
    assertEquals("folder/m.png", picture.file());
    assertTrue(picture.annotations().get(1).difficult());
  }

  private Path voc(String text) throws IOException {
    return ExampleData.file(folder.resolve("voc/x.xml"), text);
  }

  @Test
  void vocOfOthers() throws IOException {
    Path file =
        voc(
            """
            <annotation verified="no"><folder>J</folder><filename> x.jpg </filename>
            <size><width>20</width><height>10</height><depth>3</depth></size>
            <object><name>person</name><pose>Left</pose>
              <part><name>head</name><bndbox><xmin>0</xmin></bndbox></part>
              <bndbox><ymin>2</ymin><xmin>1.5</xmin><ymax>8</ymax><xmax>9</xmax></bndbox>
            </object></annotation>
            """);
    DetectionDataset data = VOC.read(file.getParent());
    assertEquals(List.of("person"), data.classes());
    Picture picture = data.pictures().get(0);
    assertEquals("x.jpg", picture.file());
    assertEquals(20, picture.width());
    assertEquals(List.of(Annotation.of(0, new Box(1.5, 2, 9, 8))), picture.annotations());
    assertEquals(
        new Box(0.5, 1, 9, 8),
        new VocXml(Frame.PIXELS_FROM_ONE)
            .read(file.getParent())
            .pictures()
            .get(0)
            .annotations()
            .get(0)
            .box());
  }

  @Test
  void vocWithEntitiesIsRefused() throws IOException {
    Path secret = ExampleData.file(folder.resolve("secret.txt"), "secret");
    Path external =
        voc(
            "<!DOCTYPE a [<!ENTITY x SYSTEM \""
                + secret.toUri()
                + "\">]><annotation><filename>&x;</filename></annotation>");
    refused("DOCTYPE", () -> VOC.read(external.getParent()));
    voc("<!DOCTYPE a [<!ENTITY x 'xxxx'>]><annotation><filename>&x;</filename></annotation>");
    refused("DOCTYPE", () -> VOC.read(external.getParent()));
  }

  @Test
  void vocThatIsNone() throws IOException {
    Path in = folder.resolve("voc");
    refused("no folder", () -> VOC.read(in));
    voc("<annotation><filename>a");
    refused("no XML that can be read", () -> VOC.read(in));
    voc("<annotation>" + "<a>".repeat(100_000));
    refused("no XML that can be read", () -> VOC.read(in));
    voc("<html></html>");
    refused("found <html>, expected <annotation>", () -> VOC.read(in));
    voc("<annotation/>");
    refused("x.xml: found no <filename>, expected one", () -> VOC.read(in));
    voc("<annotation><filename>a</filename><object><name>c</name></object></annotation>");
    refused("object 0: found no <bndbox>", () -> VOC.read(in));
    voc(
        "<annotation><filename>a</filename><object><name>c</name>"
            + "<bndbox><xmin>NaN</xmin></bndbox></object></annotation>");
    refused("found xmin 'NaN', expected a number", () -> VOC.read(in));
    voc(
        "<annotation><filename>a</filename><size><width>-4</width><height>2</height></size>"
            + "</annotation>");
    refused("width -4.0", () -> VOC.read(in));
  }

  @Test
  void nothingIsWrittenOutside() {
    DetectionDataset data =
        DetectionDataset.of(List.of(), List.of(new Picture("../../x.jpg", 1, 1, List.of())));
    refused("a name inside the folder", () -> VOC.write(data, folder.resolve("out")));
    DetectionDataset twice =
        DetectionDataset.of(
            List.of(),
            List.of(new Picture("x.jpg", 1, 1, List.of()), new Picture("x.png", 1, 1, List.of())));
    refused("two pictures", () -> VOC.write(twice, folder.resolve("out")));
    refused("two pictures", () -> YoloTxt.write(twice, folder.resolve("yolo"), "train"));
  }

  // ------------------------------------------------------------------ COCO

  @Test
  void cocoKeepsAll() throws IOException {
    for (DetectionDataset data : List.of(ExampleData.boxes(), ExampleData.masks())) {
      for (Runs runs : Runs.values()) {
        Path file = folder.resolve("coco.json");
        CocoJson.write(data, file, runs);
        assertEquals(data, CocoJson.read(file));
      }
    }
  }

  private Path coco(String annotations) throws IOException {
    return ExampleData.file(
        folder.resolve("coco.json"),
        """
        {"info": {}, "images": [{"id": 7, "file_name": "x.jpg", "width": 8, "height": 6}],
         "categories": [{"id": 18, "name": "dog"}, {"id": 3, "name": "cat"}],
         "annotations": [%s]}
        """
            .formatted(annotations));
  }

  @Test
  void cocoOfOthers() throws IOException {
    Path file =
        coco(
            """
            {"image_id": 7, "category_id": 3, "bbox": [1, 2, 3, 1.5], "segmentation": []},
            {"image_id": 7, "category_id": 18,
             "segmentation": {"size": [6, 8], "counts": "73300000a0"}, "iscrowd": 1},
            {"image_id": 7, "category_id": 99, "bbox": [1, 1, 0, 4], "area": 2.5}
            """);
    DetectionDataset data = CocoJson.read(file);
    assertEquals(List.of("dog", "cat", "#99"), data.classes());
    assertEquals(2, data.declared());
    List<Annotation> annotations = data.pictures().get(0).annotations();
    assertEquals(Annotation.of(1, new Box(1, 2, 4, 3.5)), annotations.get(0));
    RleMask mask = RleMask.of(8, 6, 7, 3, 3, 3, 3, 3, 3, 3, 20);
    assertEquals(Annotation.of(0, new Box(1, 1, 5, 4), mask, true), annotations.get(1));
    assertEquals(2, annotations.get(2).label());
    assertEquals(2.5, annotations.get(2).area());
  }

  @Test
  void cocoThatIsNone() throws IOException {
    Path file = ExampleData.file(folder.resolve("coco.json"), "{\"images\": [");
    refused("found no JSON", () -> CocoJson.read(file));
    ExampleData.file(file, "{\"images\": []}");
    refused("no list 'categories'", () -> CocoJson.read(file));
    String start = "{\"image_id\": 7, \"category_id\": 3, ";
    coco("{\"image_id\": 8, \"category_id\": 3, \"bbox\": [1, 2, 3, 4]}");
    refused("annotations[0]: found image_id 8", () -> CocoJson.read(file));
    coco(start + "\"bbox\": [1, 2, 3]}");
    refused("expected four numbers", () -> CocoJson.read(file));
    coco(start + "\"bbox\": [1e308, 2, 1e308, 4]}");
    refused("expected finite numbers", () -> CocoJson.read(file));
    coco(start + "\"bbox\": [1, 2, \"3\", 4]}");
    refused("expected a number", () -> CocoJson.read(file));
    coco(start + "\"segmentation\": {\"size\": [8, 6], \"counts\": [48]}}");
    refused("expected [6, 8]", () -> CocoJson.read(file));
    coco(start + "\"segmentation\": {\"size\": [6, 8], \"counts\": [47]}}");
    refused("runs of 47 pixels", () -> CocoJson.read(file));
    coco(start + "\"segmentation\": [[1, 2, 3, 4]]}");
    refused("4 coordinates", () -> CocoJson.read(file));
  }

  // ------------------------------------------------------------------ YOLO

  private DetectionDataset yolo(DetectionDataset sizes) throws IOException {
    return YoloTxt.read(
        folder.resolve("data.yaml"),
        "val",
        image -> {
          Picture picture =
              sizes.pictures().stream()
                  .filter(p -> image.endsWith(Path.of(p.file()).getFileName()))
                  .findAny()
                  .orElseThrow();
          return new int[] {picture.width(), picture.height()};
        });
  }

  @Test
  void yoloKeepsBoxes() throws IOException {
    DetectionDataset data = ExampleData.boxes();
    YoloTxt.write(data, folder, "val");
    for (Picture picture : data.pictures()) {
      ExampleData.file(folder.resolve("images/val").resolve(picture.file()), "");
    }
    DetectionDataset found = yolo(data);
    assertEquals(data.classes(), found.classes());
    assertEquals(data.pictures().size(), found.pictures().size());
    for (int p = 0; p < found.pictures().size(); p++) {
      Picture expected = data.pictures().get(p);
      assertEquals(expected.file(), found.pictures().get(p).file());
      for (int i = 0; i < expected.annotations().size(); i++) {
        Annotation annotation = found.pictures().get(p).annotations().get(i);
        assertEquals(expected.annotations().get(i).label(), annotation.label());
        assertArrayEquals(
            expected.annotations().get(i).box().xyxy(), annotation.box().xyxy(), 1e-12);
      }
    }
  }

  @Test
  void yoloKeepsOutlines() throws IOException {
    DetectionDataset data = ExampleData.masks();
    YoloTxt.write(data, folder.resolve("deep"), "val");
    Path labels = folder.resolve("deep/labels/val/folder/m.txt");
    ExampleData.file(folder.resolve("labels/val/m.txt"), Files.readString(labels));
    ExampleData.file(folder.resolve("images/val/m.png"), "");
    Files.copy(folder.resolve("deep/data.yaml"), folder.resolve("data.yaml"));
    List<Annotation> found = yolo(data).pictures().get(0).annotations();
    List<Annotation> expected = data.pictures().get(0).annotations();
    assertEquals(
        expected.get(0).mask().orElseThrow().toRle(), found.get(0).mask().orElseThrow().toRle());
    assertTrue(found.get(1).mask().isEmpty());
    assertArrayEquals(expected.get(1).box().xyxy(), found.get(1).box().xyxy(), 1e-12);
  }

  /** Names by number, a root, no labels, a class without a name, real images. */
  @Test
  void yoloOfOthers() throws IOException {
    Path yaml =
        ExampleData.file(
            folder.resolve("data.yaml"),
            "path: set\ntrain: train/images\nnc: 2\nnames:\n  0: no\n  1: on\n# end\n");
    ExampleData.file(folder.resolve("set/train/images/a.pgm"), "P2 4 2 9 1 2 3 4 5 6 7 8");
    ExampleData.file(folder.resolve("set/train/images/b.pgm"), "P2 1 1 9 1");
    ExampleData.file(
        folder.resolve("set/train/labels/a.txt"), "1 0.5 0.5 0.5 1\r\n\r\n7 .25 .5 .5 1.0e0\r\n");
    DetectionDataset data = YoloTxt.read(yaml, "train");
    assertEquals(List.of("no", "on", "#7"), data.classes());
    assertEquals(
        List.of(
            new Picture(
                "a.pgm",
                4,
                2,
                List.of(
                    Annotation.of(1, new Box(1, 0, 3, 2)), Annotation.of(2, new Box(0, 0, 2, 2)))),
            new Picture("b.pgm", 1, 1, List.of())),
        data.pictures());
  }

  @Test
  void yoloThatIsNone() throws IOException {
    Path yaml = ExampleData.file(folder.resolve("data.yaml"), "[".repeat(100_000));
    refused("nested deeper than 10", () -> YoloTxt.read(yaml, "val"));
    ExampleData.file(yaml, "names: [a, b");
    refused("no YAML", () -> YoloTxt.read(yaml, "val"));
    ExampleData.file(yaml, "names: [a]\n");
    refused("found no 'val'", () -> YoloTxt.read(yaml, "val"));
    ExampleData.file(yaml, "val: images/val\nnames: {1: a}\n");
    refused("names without a number 0", () -> YoloTxt.read(yaml, "val"));
    ExampleData.file(yaml, "val: images/val\nnames: [a, a]\n");
    refused("'a' twice", () -> YoloTxt.read(yaml, "val"));
    ExampleData.file(yaml, "val: images/val\nnames: [a]\n");
    refused("found no folder", () -> YoloTxt.read(yaml, "val"));
    ExampleData.file(folder.resolve("images/val/a.pgm"), "P2 1 1 9 1");
    Path labels = folder.resolve("labels/val/a.txt");
    for (String line : List.of("0 1 1 1", "0 1 1 1 1 1", "0 1 1 1 1 1 1 1")) {
      ExampleData.file(labels, line);
      refused("line 1: found " + line.split(" ").length, () -> YoloTxt.read(yaml, "val"));
    }
    ExampleData.file(labels, "0 1.7e308 1 1.7e308 1");
    refused("line 1: box: found", () -> YoloTxt.read(yaml, "val"));
    for (String line : List.of("-1 1 1 1 1", "0.5 1 1 1 1", "x 1 1 1 1", "0 1 NaN 1 1")) {
      ExampleData.file(labels, "\n" + line);
      refused("line 2: found '", () -> YoloTxt.read(yaml, "val"));
    }
  }

  // ------------------------------------------------------------------ from one to another

  @Test
  void aroundAllFormats() throws IOException {
    DetectionDataset data = ExampleData.boxes();
    CocoJson.write(data, folder.resolve("1.json"), Runs.TEXT);
    VOC.write(CocoJson.read(folder.resolve("1.json")), folder.resolve("voc"));
    DetectionDataset voc = VOC.read(folder.resolve("voc"));
    assertEquals(data.pictures().get(0).file(), voc.pictures().get(0).file());
    YoloTxt.write(voc, folder, "val");
    for (Picture picture : data.pictures()) {
      ExampleData.file(folder.resolve("images/val").resolve(picture.file()), "");
    }
    DetectionDataset last = yolo(data);
    assertEquals(data.objects(), last.objects());
    for (int p = 0; p < data.pictures().size(); p++) {
      for (int i = 0; i < data.pictures().get(p).annotations().size(); i++) {
        Annotation expected = data.pictures().get(p).annotations().get(i);
        Annotation found = last.pictures().get(p).annotations().get(i);
        assertEquals(data.classes().get(expected.label()), last.classes().get(found.label()));
        assertArrayEquals(expected.box().xyxy(), found.box().xyxy(), 1e-12);
      }
    }
  }
}
