package dev.fovea.detection.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.data.DetectionDataset.Picture;
import dev.fovea.detection.mask.Mask;
import dev.fovea.detection.mask.PolygonMask;
import dev.fovea.detection.mask.RleMask;
import dev.fovea.engine.io.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Annotations of COCO: one JSON file with {@code images}, {@code annotations} and {@code
 * categories}. Masks are polygons or run lengths, the latter as numbers or as text.
 *
 * <p>The format holds all of a {@link DetectionDataset}; the mark {@code difficult}, which it does
 * not know, is written as a member of that name. Numbers of images and categories are given anew.
 */
public final class CocoJson {
  private static final long MAX_BYTES = 1L << 29;
  private static final int BOX_NUMBERS = 4;

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private final Path file;
  private final Map<Long, String> categories = new HashMap<>();
  private final List<String> names = new ArrayList<>();

  private CocoJson(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read or is none of this format; one line
   */
  public static DetectionDataset read(Path file) throws IOException {
    byte[] bytes = DataFiles.read(file, MAX_BYTES);
    JsonNode root;
    try {
      root = MAPPER.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new IOException(
          file
              + ": found no JSON, expected annotations of COCO: "
              + DataFiles.oneLine(e.getOriginalMessage()),
          e);
    }
    return new CocoJson(file).dataset(root);
  }

  private DetectionDataset dataset(JsonNode root) throws IOException {
    for (JsonNode category : list(root, "categories", file.toString())) {
      String place = file + ": categories[" + names.size() + "]";
      String name = text(category, "name", place);
      if (names.contains(name) || categories.put(whole(category, "id", place), name) != null) {
        throw DataFiles.error(place, "a name or number that was there before", "another");
      }
      names.add(name);
    }
    ClassNames classes = new ClassNames(names);
    Map<Long, List<Annotation>> objects = new HashMap<>();
    Map<Long, JsonNode> images = new HashMap<>();
    List<JsonNode> pictures = list(root, "images", file.toString());
    for (JsonNode image : pictures) {
      long id = whole(image, "id", file + ": images");
      if (images.put(id, image) != null) {
        throw DataFiles.error(file + ": images", "the id " + id + " twice", "once");
      }
      objects.put(id, new ArrayList<>());
    }
    int number = 0;
    for (JsonNode annotation : list(root, "annotations", file.toString())) {
      String place = file + ": annotations[" + number++ + "]";
      long image = whole(annotation, "image_id", place);
      if (!images.containsKey(image)) {
        throw DataFiles.error(place, "image_id " + image, "that of an image of the file");
      }
      objects.get(image).add(annotation(annotation, images.get(image), classes, place));
    }
    List<Picture> read = new ArrayList<>();
    for (JsonNode image : pictures) {
      String place = file + ": image " + image.get("id");
      read.add(
          new Picture(
              text(image, "file_name", place),
              size(image, "width", place),
              size(image, "height", place),
              objects.get(image.get("id").longValue())));
    }
    return classes.dataset(read);
  }

  private Annotation annotation(JsonNode node, JsonNode image, ClassNames classes, String place)
      throws IOException {
    Optional<Mask> mask = mask(node.path("segmentation"), image, place);
    Box box = box(node.path("bbox"), mask, place);
    long category = whole(node, "category_id", place);
    String name = categories.get(category);
    double area = node.path("area").asDouble(-1);
    return new Annotation(
        name == null ? classes.unknown(category) : classes.label(name),
        box,
        mask,
        node.path("difficult").asInt(0) == 1,
        node.path("iscrowd").asInt(0) == 1,
        area >= 0 ? area : mask.map(m -> (double) m.toRle().area()).orElse(box.area()));
  }

  private static Box box(JsonNode node, Optional<Mask> mask, String place) throws IOException {
    if (node.isMissingNode() && mask.isPresent()) {
      return mask.get().toRle().box();
    }
    if (!node.isArray() || node.size() != BOX_NUMBERS) {
      throw DataFiles.error(place, "bbox " + node, "four numbers");
    }
    double[] numbers = new double[BOX_NUMBERS];
    for (int i = 0; i < BOX_NUMBERS; i++) {
      numbers[i] = number(node.get(i), place + ".bbox");
    }
    return DataFiles.checked(
        place + ".bbox", () -> Box.ofSize(numbers[0], numbers[1], numbers[2], numbers[3]));
  }

  /** A list of outlines, or an object with runs; an empty list is no mask. */
  private static Optional<Mask> mask(JsonNode node, JsonNode image, String place)
      throws IOException {
    if (node.isMissingNode() || node.isNull() || (node.isArray() && node.isEmpty())) {
      return Optional.empty();
    }
    int width = size(image, "width", place);
    int height = size(image, "height", place);
    return DataFiles.checked(
        place + ".segmentation",
        () ->
            Optional.of(
                node.isArray()
                    ? new PolygonMask(width, height, rings(node, place))
                    : runs(node, width, height, place)));
  }

  private static List<List<Double>> rings(JsonNode node, String place) throws IOException {
    List<List<Double>> rings = new ArrayList<>();
    for (JsonNode ring : node) {
      List<Double> coordinates = new ArrayList<>();
      for (JsonNode coordinate : ring) {
        coordinates.add(number(coordinate, place + ".segmentation"));
      }
      rings.add(coordinates);
    }
    return rings;
  }

  private static RleMask runs(JsonNode node, int width, int height, String place)
      throws IOException {
    JsonNode size = node.path("size");
    if (size.path(0).asInt(-1) != height || size.path(1).asInt(-1) != width) {
      throw DataFiles.error(
          place + ".segmentation", "size " + size, "[" + height + ", " + width + "]");
    }
    JsonNode counts = node.path("counts");
    if (counts.isTextual()) {
      return RleMask.parse(width, height, counts.textValue());
    }
    int[] runs = new int[counts.size()];
    for (int i = 0; i < runs.length; i++) {
      runs[i] = counts.get(i).asInt(-1);
    }
    return RleMask.of(width, height, runs);
  }

  private static List<JsonNode> list(JsonNode parent, String name, String place)
      throws IOException {
    JsonNode node = parent.path(name);
    if (!node.isArray()) {
      throw DataFiles.error(place, "no list '" + name + "'", "images, annotations, categories");
    }
    List<JsonNode> all = new ArrayList<>();
    node.forEach(all::add);
    return all;
  }

  private static String text(JsonNode parent, String name, String place) throws IOException {
    JsonNode node = parent.path(name);
    if (!node.isTextual() || node.textValue().isBlank()) {
      throw DataFiles.error(place, name + " " + node, "a text");
    }
    return node.textValue();
  }

  private static long whole(JsonNode parent, String name, String place) throws IOException {
    JsonNode node = parent.path(name);
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw DataFiles.error(place, name + " " + node, "a whole number");
    }
    return node.longValue();
  }

  private static int size(JsonNode image, String name, String place) throws IOException {
    long value = image.has(name) ? whole(image, name, place) : 0;
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw DataFiles.error(place, name + " " + value, "a size");
    }
    return (int) value;
  }

  private static double number(JsonNode node, String place) throws IOException {
    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
      throw DataFiles.error(place, node.toString(), "a number");
    }
    return node.doubleValue();
  }

  /** How masks of runs are written. */
  public enum Runs {
    /** As the text that COCO calls compressed. */
    TEXT,
    /** As a list of numbers. */
    NUMBERS
  }

  /**
   * Writes a file. Nothing is lost, but all classes are declared then.
   *
   * @throws IOException if it cannot be written
   */
  public static void write(DetectionDataset data, Path file, Runs runs) throws IOException {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode images = root.putArray("images");
    ArrayNode annotations = root.putArray("annotations");
    ArrayNode categories = root.putArray("categories");
    for (String name : data.classes()) {
      categories.addObject().put("id", categories.size()).put("name", name);
    }
    for (Picture picture : data.pictures()) {
      images
          .addObject()
          .put("id", images.size())
          .put("file_name", picture.file())
          .put("width", picture.width())
          .put("height", picture.height());
      for (Annotation annotation : picture.annotations()) {
        ObjectNode node = annotations.addObject();
        node.put("id", annotations.size()).put("image_id", images.size());
        write(annotation, node, runs);
      }
    }
    AtomicFiles.write(file, out -> out.write(MAPPER.writeValueAsBytes(root)));
  }

  private static void write(Annotation annotation, ObjectNode node, Runs runs) {
    node.put("category_id", annotation.label() + 1);
    ArrayNode box = node.putArray("bbox");
    for (double number : annotation.box().xywh()) {
      box.add(number);
    }
    node.put("area", annotation.area()).put("iscrowd", annotation.crowd() ? 1 : 0);
    if (annotation.difficult()) {
      node.put("difficult", 1);
    }
    if (annotation.mask().isEmpty()) {
      return;
    }
    if (annotation.mask().get() instanceof PolygonMask polygons) {
      ArrayNode rings = node.putArray("segmentation");
      polygons.rings().forEach(ring -> ring.forEach(rings.addArray()::add));
    } else {
      RleMask mask = annotation.mask().get().toRle();
      ObjectNode segmentation = node.putObject("segmentation");
      segmentation.putArray("size").add(mask.height()).add(mask.width());
      if (runs == Runs.TEXT) {
        segmentation.put("counts", mask.text());
      } else {
        ArrayNode counts = segmentation.putArray("counts");
        for (int count : mask.counts()) {
          counts.add(count);
        }
      }
    }
  }
}
