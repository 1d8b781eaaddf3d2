package dev.fovea.detection.data;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.data.DetectionDataset.Picture;
import dev.fovea.detection.mask.PolygonMask;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.io.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Annotations of YOLO: {@code data.yaml} with the names of the classes and the folders, and beside
 * {@code images/PART/NAME.jpg} a file {@code labels/PART/NAME.txt} with a line for each object:
 * {@code class x y width height}, or {@code class x1 y1 x2 y2 x3 y3 ...} for an outline, in parts
 * of the picture's size. The centre of a box is given.
 *
 * <p>The format holds boxes and masks of one outline, not both: of an outline, the box is that
 * around it. It has no place for other masks, crowds, areas and the mark difficult. As numbers are
 * parts of the size, edges come back up to rounding in the last digits of a double. Thread-safe.
 */
public final class YoloTxt {
  private static final long MAX_BYTES = 64L << 20;
  private static final int BOX_FIELDS = 5;
  private static final int TRIANGLE_FIELDS = 7;

  private YoloTxt() {}

  /** Says how large a picture is, as numbers are relative to that. */
  @FunctionalInterface
  public interface Sizes {
    /**
     * The size of a picture.
     *
     * @return {@code [width, height]}
     * @throws IOException if it cannot be read
     */
    int[] of(Path image) throws IOException;
  }

  /**
   * Reads one part of a data set; a picture without a file of labels has no objects.
   *
   * @param yaml the file {@code data.yaml}
   * @param part {@code train}, {@code val} or {@code test}
   * @throws IOException if a file cannot be read or is none of this format; one line
   */
  public static DetectionDataset read(Path yaml, String part) throws IOException {
    return read(yaml, part, YoloTxt::sizeByReading);
  }

  private static int[] sizeByReading(Path file) throws IOException {
    Image image = ImageReader.read(file);
    return new int[] {image.width(), image.height()};
  }

  /** As {@link #read(Path, String)}, with sizes from elsewhere. */
  public static DetectionDataset read(Path yaml, String part, Sizes sizes) throws IOException {
    YoloYaml description = YoloYaml.read(yaml);
    String folder =
        description
            .text(part)
            .orElseThrow(() -> DataFiles.error(yaml, "no '" + part + "'", "a folder of images"));
    Path images = description.root().resolve(folder).normalize();
    List<String> names = description.names();
    ClassNames classes = DataFiles.checked(yaml.toString(), () -> new ClassNames(names));
    List<Picture> pictures = new ArrayList<>();
    for (Path image : DataFiles.list(images, ImageReader::looksLikeImage)) {
      int[] size = sizes.of(image);
      String name = image.getFileName().toString();
      Path labels = labels(images).resolve(DataFiles.stem(name) + ".txt");
      pictures.add(
          new Picture(
              name,
              size[0],
              size[1],
              Files.exists(labels) ? annotations(labels, names.size(), classes, size) : List.of()));
    }
    return classes.dataset(pictures);
  }

  /** The folder with {@code labels} in place of the last {@code images} of the path. */
  private static Path labels(Path images) {
    for (int i = images.getNameCount() - 1; i >= 0; i--) {
      if (images.getName(i).toString().equals("images")) {
        Path before = images.getRoot().resolve(images.subpath(0, i + 1)).resolveSibling("labels");
        return i + 1 == images.getNameCount()
            ? before
            : before.resolve(images.subpath(i + 1, images.getNameCount()));
      }
    }
    return images;
  }

  private static List<Annotation> annotations(
      Path file, int declared, ClassNames classes, int[] size) throws IOException {
    String text = new String(DataFiles.read(file, MAX_BYTES), StandardCharsets.UTF_8);
    List<Annotation> annotations = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\\R", -1)) {
      number++;
      if (!line.isBlank()) {
        String place = file + ": line " + number;
        double[] fields = fields(line, place);
        int named = (int) fields[0];
        int label = named < declared ? named : classes.unknown(named);
        annotations.add(DataFiles.checked(place, () -> annotation(fields, label, size)));
      }
    }
    return annotations;
  }

  private static double[] fields(String line, String place) throws IOException {
    String[] parts = line.strip().split("\\s+");
    double[] fields = new double[parts.length];
    for (int i = 0; i < parts.length; i++) {
      try {
        fields[i] = Double.parseDouble(parts[i]);
      } catch (NumberFormatException e) {
        fields[i] = Double.NaN;
      }
      boolean label = i > 0 || (fields[i] >= 0 && fields[i] == (int) fields[i]);
      if (!label || !Double.isFinite(fields[i])) {
        throw DataFiles.error(place, "'" + parts[i] + "'", i == 0 ? "a class number" : "a number");
      }
    }
    boolean outline = parts.length >= TRIANGLE_FIELDS && parts.length % 2 == 1;
    if (parts.length != BOX_FIELDS && !outline) {
      throw DataFiles.error(
          place, parts.length + " numbers", "a class and 4 of a box, or 6 and more of an outline");
    }
    return fields;
  }

  private static Annotation annotation(double[] fields, int label, int[] size) {
    if (fields.length == BOX_FIELDS) {
      Box box = Box.ofCentre(fields[1], fields[2], fields[3], fields[4]).scale(size[0], size[1]);
      return Annotation.of(label, box);
    }
    double[] ring = new double[fields.length - 1];
    for (int i = 0; i < ring.length; i++) {
      ring[i] = fields[i + 1] * size[i % 2];
    }
    PolygonMask mask = PolygonMask.of(size[0], size[1], ring);
    return Annotation.of(label, mask.box(), mask, false);
  }

  /**
   * Writes {@code data.yaml} and {@code labels/PART}, to stand beside {@code images/PART}, where
   * the pictures have to be put. Lost are masks but those of one outline, crowds, areas, difficult,
   * and the sizes of the pictures, which are in the pictures themselves.
   *
   * @param folder made if it is not there
   * @param part {@code train}, {@code val} or {@code test}
   * @throws IOException if a file cannot be written, the size of a picture is not known, or two
   *     pictures would have the same file
   */
  public static void write(DetectionDataset data, Path folder, String part) throws IOException {
    Path labels = folder.resolve("labels").resolve(part);
    Files.createDirectories(labels);
    DataFiles.Beside files = new DataFiles.Beside(labels, ".txt");
    for (Picture picture : data.pictures()) {
      if (picture.width() < 1 || picture.height() < 1) {
        throw DataFiles.error(picture.file(), "no size of the picture", "one, as YOLO needs it");
      }
      StringBuilder text = new StringBuilder();
      for (Annotation annotation : picture.annotations()) {
        append(annotation, picture, text);
      }
      files.write(
          picture.file(), out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
    }
    AtomicFiles.write(
        folder.resolve("data.yaml"),
        out -> out.write(YoloYaml.text(part, data.classes()).getBytes(StandardCharsets.UTF_8)));
  }

  private static void append(Annotation annotation, Picture picture, StringBuilder text) {
    text.append(annotation.label());
    if (annotation.mask().orElse(null) instanceof PolygonMask mask && mask.rings().size() == 1) {
      List<Double> ring = mask.rings().get(0);
      for (int i = 0; i < ring.size(); i++) {
        text.append(' ').append(ring.get(i) / (i % 2 == 0 ? picture.width() : picture.height()));
      }
    } else {
      Box box = annotation.box().scale(1.0 / picture.width(), 1.0 / picture.height());
      for (double number : box.cxcywh()) {
        text.append(' ').append(number);
      }
    }
    text.append('\n');
  }
}
