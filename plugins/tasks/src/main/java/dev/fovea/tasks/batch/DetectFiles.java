package dev.fovea.tasks.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.detection.Annotation;
import dev.fovea.detection.Detection;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.data.CocoJson;
import dev.fovea.detection.data.DetectionDataset;
import dev.fovea.detection.data.VocXml;
import dev.fovea.detection.data.YoloTxt;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.engine.io.AtomicFiles;
import dev.fovea.tasks.DetectTask;
import dev.fovea.tasks.DetectTask.Output;
import dev.fovea.tasks.ImageTask;
import dev.fovea.tasks.TaskContext;
import dev.fovea.visualize.LabelColors;
import dev.fovea.visualize.LabelledBox;
import dev.fovea.visualize.Overlays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds objects in files. For each: {@code .detections.csv}, a row for each object, and what else
 * is asked for, {@code .overlay.png}, {@code .rois.zip}, {@code .geojson}, a folder {@code .crops},
 * and the annotations {@code .coco.json}, {@code .voc/} and {@code .yolo/}, which hold no scores.
 * For all: {@code detections.csv}.
 */
public final class DetectFiles implements FileJob {
  private static final String TABLE = ".detections.csv";
  private static final String OVERLAY = ".overlay";
  private static final String ROIS = ".rois.zip";
  private static final String GEOJSON = ".geojson";
  private static final String CROPS = ".crops";
  private static final String COCO = ".coco.json";
  private static final String VOC = ".voc";
  private static final String YOLO = ".yolo";
  private static final String ALL = "detections.csv";

  private static final List<String> COLUMNS =
      List.of("image", "page", "id", "class", "score", "x1", "y1", "x2", "y2", "width", "height");

  private final ImageTask.Opened<DetectTask.Result> task;

  /** Finds with an opened task. */
  public DetectFiles(ImageTask.Opened<DetectTask.Result> task) {
    this.task = task;
  }

  @Override
  public List<String> endings() {
    List<String> endings = new ArrayList<>(Pages.pictureEndings(OVERLAY));
    endings.addAll(List.of(TABLE, ROIS, GEOJSON, CROPS, COCO, VOC, YOLO));
    return endings;
  }

  @Override
  public boolean isComplete(OutputName name) {
    return name.exists(TABLE);
  }

  @Override
  public Outcome run(OutputName name, TaskContext context) throws IOException {
    Pages<DetectTask.Result> pages = Pages.process(name, task, context);
    Set<Output> wanted = pages.results().get(0).outputs();
    List<Path> written = new ArrayList<>();
    if (wanted.contains(Output.OVERLAY)) {
      written.add(Pages.writePictures(name, OVERLAY, overlays(pages)));
    }
    if (wanted.contains(Output.ROIS)) {
      written.add(writeRois(name.file(ROIS), pages));
    }
    if (wanted.contains(Output.GEOJSON)) {
      written.add(Pages.writeText(name.file(GEOJSON), Json.text(geoJson(pages))));
    }
    if (wanted.contains(Output.CROPS)) {
      written.add(writeCrops(name.file(CROPS), pages));
    }
    written.addAll(writeAnnotations(name, pages, wanted));
    StringBuilder table = new StringBuilder(Csv.line(COLUMNS));
    forEach(
        pages,
        (page, id, image, found, className) ->
            table.append(row(name.input().name(), page, id, found, className)));
    written.add(Pages.writeText(name.file(TABLE), table.toString()));
    return new Outcome(written, summary(pages));
  }

  /** Looks at an object. */
  private interface Visitor {
    /**
     * Takes one.
     *
     * @param page from 1
     * @param id from 1 on each page
     */
    void take(int page, int id, Image image, Detection found, String className) throws IOException;
  }

  private static void forEach(Pages<DetectTask.Result> pages, Visitor visitor) throws IOException {
    for (int p = 0; p < pages.images().size(); p++) {
      DetectTask.Result result = pages.results().get(p);
      for (int i = 0; i < result.found().size(); i++) {
        Detection found = result.found().get(i);
        String className = result.classes().get(found.label());
        visitor.take(p + 1, i + 1, pages.images().get(p), found, className);
      }
    }
  }

  private static String row(String image, int page, int id, Detection found, String className) {
    List<String> fields =
        new ArrayList<>(
            List.of(
                image,
                Integer.toString(page),
                Integer.toString(id),
                className,
                Csv.number(found.score())));
    Box box = found.box();
    for (double edge : box.xyxy()) {
      fields.add(Csv.number(edge));
    }
    fields.add(Csv.number(box.width()));
    fields.add(Csv.number(box.height()));
    return Csv.line(fields);
  }

  private static String summary(Pages<DetectTask.Result> pages) throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    forEach(pages, (page, id, image, found, name) -> counts.merge(name, 1, Integer::sum));
    int all = counts.values().stream().mapToInt(Integer::intValue).sum();
    StringBuilder text = new StringBuilder(all + (all == 1 ? " object" : " objects"));
    String before = ": ";
    for (Map.Entry<String, Integer> count : counts.entrySet()) {
      text.append(before).append(count.getValue()).append(' ').append(count.getKey());
      before = ", ";
    }
    return text.toString();
  }

  private static List<Image> overlays(Pages<DetectTask.Result> pages) {
    List<Image> overlays = new ArrayList<>();
    for (int p = 0; p < pages.images().size(); p++) {
      Image image = pages.images().get(p);
      overlays.add(Overlays.boxes(image, boxes(pages.results().get(p)), Pages.enlargement(image)));
    }
    return overlays;
  }

  private static List<LabelledBox> boxes(DetectTask.Result result) {
    return result.found().stream()
        .map(
            found ->
                LabelledBox.of(
                    found.box().xyxy(),
                    found.label() + 1,
                    result.classes().get(found.label()),
                    String.format(Locale.ROOT, "%.2f", found.score())))
        .toList();
  }

  private static Path writeRois(Path file, Pages<DetectTask.Result> pages) throws IOException {
    AtomicFiles.write(
        file,
        out -> {
          try (RoiSet rois = new RoiSet(out)) {
            forEach(
                pages,
                (page, id, image, found, name) ->
                    rois.add("%d-%04d-%s".formatted(page, id, name), page, found.box()));
          }
        });
    return file;
  }

  private static ObjectNode geoJson(Pages<DetectTask.Result> pages) throws IOException {
    ObjectNode root = Json.object();
    root.put("type", "FeatureCollection");
    ArrayNode features = root.putArray("features");
    forEach(
        pages,
        (page, id, image, found, name) -> {
          ObjectNode feature = features.addObject();
          feature.put("type", "Feature");
          ObjectNode geometry = feature.putObject("geometry");
          geometry.put("type", "Polygon");
          ArrayNode ring = geometry.putArray("coordinates").addArray();
          Box b = found.box();
          double[][] corners = {
            {b.x1(), b.y1()}, {b.x2(), b.y1()}, {b.x2(), b.y2()}, {b.x1(), b.y2()}, {b.x1(), b.y1()}
          };
          for (double[] corner : corners) {
            ring.addArray().add(corner[0]).add(corner[1]);
          }
          ObjectNode properties = feature.putObject("properties");
          properties.put("objectType", "annotation");
          properties.put("page", page);
          ObjectNode type = properties.putObject("classification");
          type.put("name", name);
          int rgb = LabelColors.rgb(found.label() + 1);
          type.putArray("color").add(rgb >> 16).add(rgb >> 8 & 0xff).add(rgb & 0xff);
          Json.put(properties.putObject("measurements"), "score", found.score());
        });
    return root;
  }

  private static Path writeCrops(Path folder, Pages<DetectTask.Result> pages) throws IOException {
    OutputName.makeFolder(folder);
    forEach(
        pages,
        (page, id, image, found, name) -> {
          int x = (int) Math.floor(found.box().x1());
          int y = (int) Math.floor(found.box().y1());
          int right = (int) Math.min(image.width(), Math.ceil(found.box().x2()));
          int bottom = (int) Math.min(image.height(), Math.ceil(found.box().y2()));
          String file =
              "%d-%04d-%s.png".formatted(page, id, name.replaceAll("[^\\p{L}\\p{N}._-]", "_"));
          if (right > x && bottom > y) {
            ImageWriter.writePng(
                folder.resolve(file), Overlays.display(image.crop(x, y, right - x, bottom - y)));
          }
        });
    return folder;
  }

  /** As annotations: pages beyond the first are pictures of their own. */
  private static List<Path> writeAnnotations(
      OutputName name, Pages<DetectTask.Result> pages, Set<Output> wanted) throws IOException {
    List<DetectionDataset.Picture> pictures = new ArrayList<>();
    for (int p = 0; p < pages.images().size(); p++) {
      Image image = pages.images().get(p);
      List<Annotation> objects =
          pages.results().get(p).found().stream()
              .map(found -> Annotation.of(found.label(), found.box()))
              .toList();
      String file = name.input().path().getFileName().toString();
      pictures.add(
          new DetectionDataset.Picture(
              p == 0 ? file : file + "-" + (p + 1), image.width(), image.height(), objects));
    }
    DetectionDataset data = DetectionDataset.of(pages.results().get(0).classes(), pictures);
    Map<Output, Path> files = new LinkedHashMap<>();
    if (wanted.contains(Output.COCO)) {
      files.put(Output.COCO, name.file(COCO));
      CocoJson.write(data, name.file(COCO), CocoJson.Runs.TEXT);
    }
    if (wanted.contains(Output.VOC)) {
      files.put(Output.VOC, name.file(VOC));
      OutputName.makeFolder(name.file(VOC));
      new VocXml(VocXml.Frame.AS_WRITTEN).write(data, name.file(VOC));
    }
    if (wanted.contains(Output.YOLO)) {
      files.put(Output.YOLO, name.file(YOLO));
      OutputName.makeFolder(name.file(YOLO));
      YoloTxt.write(data, name.file(YOLO), "val");
    }
    return List.copyOf(files.values());
  }

  @Override
  public List<Path> summarise(Path folder, List<OutputName> names) throws IOException {
    StringBuilder all = new StringBuilder(Csv.line(COLUMNS));
    for (OutputName name : names) {
      String table = Files.readString(name.file(TABLE));
      all.append(table, Math.min(table.length(), table.indexOf('\n') + 1), table.length());
    }
    return List.of(Pages.writeText(folder.resolve(ALL), all.toString()));
  }
}
