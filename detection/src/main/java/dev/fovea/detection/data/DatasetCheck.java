package dev.fovea.detection.data;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.data.DetectionDataset.Picture;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks through a data set for what is likely to be a mistake. Nothing ends it. */
public final class DatasetCheck {

  /** What may be wrong. */
  public enum Kind {
    /** A picture without objects, which may be meant so. */
    NO_OBJECTS,
    /** The data set does not say how large a picture is, or says 0. */
    NO_SIZE,
    /** The right edge is left of the left one, or the lower above the upper one. */
    EMPTY_BOX,
    /** Two edges are in the same place. */
    ZERO_AREA,
    /** A box reaches over the edge of the picture. */
    OUT_OF_IMAGE,
    /** The same box of the same class again. */
    DUPLICATE,
    /** A class that the data set does not declare. */
    UNKNOWN_CLASS
  }

  /**
   * Something that may be wrong.
   *
   * @param kind what
   * @param file the picture
   * @param annotation which of its objects, from 0; -1 if it is about the picture
   * @param details one line
   */
  public record Problem(Kind kind, String file, int annotation, String details) {
    @Override
    public String toString() {
      return file + (annotation < 0 ? "" : ": object " + annotation) + ": " + details;
    }
  }

  private final DetectionDataset data;
  private final List<Problem> problems = new ArrayList<>();

  private DatasetCheck(DetectionDataset data) {
    this.data = data;
  }

  /** All that may be wrong, by picture and object. */
  public static List<Problem> of(DetectionDataset data) {
    DatasetCheck check = new DatasetCheck(data);
    data.pictures().forEach(check::picture);
    return List.copyOf(check.problems);
  }

  private record Same(int label, Box box) {}

  private void picture(Picture picture) {
    if (picture.annotations().isEmpty()) {
      problems.add(new Problem(Kind.NO_OBJECTS, picture.file(), -1, "no objects"));
    }
    if (picture.width() == 0 || picture.height() == 0) {
      problems.add(new Problem(Kind.NO_SIZE, picture.file(), -1, "the size is not given"));
    }
    Map<Same, Integer> first = new HashMap<>();
    for (int i = 0; i < picture.annotations().size(); i++) {
      Annotation annotation = picture.annotations().get(i);
      box(picture, i, annotation.box());
      Integer before = first.putIfAbsent(new Same(annotation.label(), annotation.box()), i);
      if (before != null) {
        add(Kind.DUPLICATE, picture, i, "the box of object " + before + " again");
      }
      if (annotation.label() >= data.declared()) {
        String name = DataFiles.oneLine(data.classes().get(annotation.label()));
        add(Kind.UNKNOWN_CLASS, picture, i, "the class '" + name + "' is not declared");
      }
    }
  }

  private void box(Picture picture, int i, Box box) {
    String edges =
        "[%s, %s, %s, %s]"
            .formatted(
                DataFiles.number(box.x1()),
                DataFiles.number(box.y1()),
                DataFiles.number(box.x2()),
                DataFiles.number(box.y2()));
    if (box.width() < 0 || box.height() < 0) {
      add(Kind.EMPTY_BOX, picture, i, "the edges of " + edges + " are exchanged");
    } else if (box.area() == 0) {
      add(Kind.ZERO_AREA, picture, i, "the box " + edges + " has no area");
    }
    boolean sized = picture.width() > 0 && picture.height() > 0;
    if (sized && !box.isInside(picture.width(), picture.height())) {
      String size = picture.width() + " x " + picture.height();
      add(Kind.OUT_OF_IMAGE, picture, i, "the box " + edges + " is not inside " + size);
    }
  }

  private void add(Kind kind, Picture picture, int annotation, String details) {
    problems.add(new Problem(kind, picture.file(), annotation, details));
  }
}
