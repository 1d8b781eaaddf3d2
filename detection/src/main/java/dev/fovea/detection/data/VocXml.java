package dev.fovea.detection.data;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.data.DetectionDataset.Picture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Annotations of Pascal VOC: an XML file for each picture, with {@code filename}, {@code size} and
 * an {@code object} for each box. Doctypes and entities are refused.
 *
 * <p>The format holds names, boxes and the mark {@code difficult}. It has no place for masks,
 * crowds and areas, nor for a list of the classes; poses, {@code truncated} and parts of objects
 * are not read. Immutable and thread-safe.
 *
 * @param frame what the numbers of a box are
 */
public record VocXml(Frame frame) {
  private static final long MAX_BYTES = 16L << 20;

  /** Reading texts recurses, and the stack ends before the file. Real files nest to five. */
  private static final String MAX_DEPTH = "50";

  private static final String DEPTH_LIMIT =
      "http://www.oracle.com/xml/jaxp/properties/maxElementDepth";

  /** What the numbers of a box are. */
  public enum Frame {
    /** Edges as they stand there, as most programs write and read them. */
    AS_WRITTEN(0),

    /**
     * The first and last pixels of the box, counted from 1, as the devkit of VOC says: {@code xmin
     * = x1 + 1}, {@code xmax = x2}.
     */
    PIXELS_FROM_ONE(1);

    private final int first;

    Frame(int first) {
      this.first = first;
    }
  }

  /**
   * Reads the files of a folder that end in {@code .xml}, by name. The classes are those that
   * occur.
   *
   * @throws IOException if a file cannot be read or is none of this format
   */
  public DetectionDataset read(Path folder) throws IOException {
    DetectionDataset all =
        read(DataFiles.list(folder, path -> path.toString().endsWith(".xml")), List.of());
    return DetectionDataset.of(all.classes(), all.pictures());
  }

  /**
   * Reads files.
   *
   * @param files in their order
   * @param classes declared classes; others that occur come after them
   * @throws IOException if a file cannot be read or is none of this format
   */
  public DetectionDataset read(List<Path> files, List<String> classes) throws IOException {
    ClassNames names = new ClassNames(classes);
    List<Picture> pictures = new ArrayList<>();
    for (Path file : files) {
      Element root = parse(file);
      pictures.add(new Reading(file, names).picture(root));
    }
    return names.dataset(pictures);
  }

  private static Element parse(Path file) throws IOException {
    byte[] bytes = DataFiles.read(file, MAX_BYTES);
    try {
      return builder().parse(new ByteArrayInputStream(bytes)).getDocumentElement();
    } catch (SAXException e) {
      throw new IOException(
          file
              + ": found no XML that can be read ("
              + DataFiles.oneLine(e.getMessage())
              + "), expected an annotation of Pascal VOC",
          e);
    }
  }

  private static DocumentBuilder builder() {
    try {
      // That of the JDK, whatever parser stands on the class path.
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
      factory.setAttribute(DEPTH_LIMIT, MAX_DEPTH);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
      factory.setFeature("http://xml.org/sax/features/external-parameter-entities", false);
      factory.setXIncludeAware(false);
      factory.setExpandEntityReferences(false);
      DocumentBuilder builder = factory.newDocumentBuilder();
      // The default one writes to the standard error; this one throws.
      builder.setErrorHandler(new DefaultHandler());
      return builder;
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("this JVM has no XML parser that can be made safe", e);
    }
  }

  /** The reading of one file. */
  private final class Reading {
    private final Path file;
    private final ClassNames names;

    Reading(Path file, ClassNames names) {
      this.file = file;
      this.names = names;
    }

    Picture picture(Element root) throws IOException {
      if (!root.getTagName().equals("annotation")) {
        throw DataFiles.error(file, "<" + root.getTagName() + ">", "<annotation>");
      }
      List<Element> sizes = children(root, "size");
      List<Annotation> annotations = new ArrayList<>();
      for (Element object : children(root, "object")) {
        annotations.add(annotation(object, file + ": object " + annotations.size()));
      }
      return new Picture(
          text(root, "filename", file.toString()),
          sizes.isEmpty() ? 0 : size(sizes.get(0), "width"),
          sizes.isEmpty() ? 0 : size(sizes.get(0), "height"),
          annotations);
    }

    private int size(Element size, String name) throws IOException {
      double value = number(size, name, file + ": size");
      if (!(value >= 0 && value <= Integer.MAX_VALUE && value == Math.rint(value))) {
        throw DataFiles.error(file + ": size", name + " " + value, "a whole number from 0");
      }
      return (int) value;
    }

    private Annotation annotation(Element object, String place) throws IOException {
      int label = names.label(text(object, "name", place));
      Element bounds = child(object, "bndbox", place);
      Box box =
          new Box(
              number(bounds, "xmin", place) - frame.first,
              number(bounds, "ymin", place) - frame.first,
              number(bounds, "xmax", place),
              number(bounds, "ymax", place));
      List<Element> difficult = children(object, "difficult");
      boolean isDifficult =
          !difficult.isEmpty() && difficult.get(0).getTextContent().strip().equals("1");
      return Annotation.of(label, box).withDifficult(isDifficult);
    }
  }

  /** The elements right below; those of parts of an object are deeper and do not count. */
  private static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }

  private static Element child(Element parent, String name, String place) throws IOException {
    List<Element> found = children(parent, name);
    if (found.isEmpty()) {
      throw DataFiles.error(place, "no <" + name + ">", "one");
    }
    return found.get(0);
  }

  private static String text(Element parent, String name, String place) throws IOException {
    String text = child(parent, name, place).getTextContent().strip();
    if (text.isEmpty()) {
      throw DataFiles.error(place, "an empty <" + name + ">", "a name");
    }
    return text;
  }

  private static double number(Element parent, String name, String place) throws IOException {
    String text = text(parent, name, place);
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw DataFiles.error(place, name + " '" + text + "'", "a number");
  }

  /**
   * Writes a file for each picture, named as it is but for the extension. Masks, crowds and areas
   * are lost.
   *
   * @param folder made if it is not there
   * @throws IOException if a file cannot be written, or two pictures would have the same
   */
  public void write(DetectionDataset data, Path folder) throws IOException {
    DataFiles.Beside files = new DataFiles.Beside(folder, ".xml");
    for (Picture picture : data.pictures()) {
      files.write(picture.file(), out -> write(data.classes(), picture, out));
    }
  }

  private void write(List<String> classes, Picture picture, OutputStream out) throws IOException {
    try {
      new Writing(XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out, "UTF-8"))
          .annotation(classes, picture);
    } catch (XMLStreamException e) {
      throw new IOException("no XML can be made of this: " + DataFiles.oneLine(e.getMessage()), e);
    }
  }

  /** The writing of one file, indented. */
  private final class Writing {
    private final XMLStreamWriter xml;
    private int depth;

    Writing(XMLStreamWriter xml) {
      this.xml = xml;
    }

    void annotation(List<String> classes, Picture picture) throws XMLStreamException {
      xml.writeStartDocument("UTF-8", "1.0");
      start("annotation");
      leaf("filename", picture.file());
      start("size");
      leaf("width", Integer.toString(picture.width()));
      leaf("height", Integer.toString(picture.height()));
      end();
      for (Annotation annotation : picture.annotations()) {
        start("object");
        leaf("name", classes.get(annotation.label()));
        leaf("difficult", annotation.difficult() ? "1" : "0");
        start("bndbox");
        leaf("xmin", DataFiles.number(annotation.box().x1() + frame.first));
        leaf("ymin", DataFiles.number(annotation.box().y1() + frame.first));
        leaf("xmax", DataFiles.number(annotation.box().x2()));
        leaf("ymax", DataFiles.number(annotation.box().y2()));
        end();
        end();
      }
      end();
      xml.writeCharacters("\n");
      xml.writeEndDocument();
      xml.close();
    }

    private void start(String name) throws XMLStreamException {
      line();
      xml.writeStartElement(name);
      depth++;
    }

    private void end() throws XMLStreamException {
      depth--;
      line();
      xml.writeEndElement();
    }

    private void leaf(String name, String text) throws XMLStreamException {
      line();
      xml.writeStartElement(name);
      xml.writeCharacters(text);
      xml.writeEndElement();
    }

    private void line() throws XMLStreamException {
      xml.writeCharacters("\n" + "  ".repeat(depth));
    }
  }
}
