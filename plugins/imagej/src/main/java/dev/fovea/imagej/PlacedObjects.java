package dev.fovea.imagej;

import dev.fovea.segmentation.LabelMap;
import dev.fovea.tasks.MeasuredObject;
import dev.fovea.tasks.SegmentTask;
import java.util.ArrayList;
import java.util.List;

/**
 * Objects that were found in a region, in the frame of the whole image.
 *
 * @param labels of the image's size; 0 outside of the region
 * @param objects their measurements in pixels of the image, by ascending label
 */
record PlacedObjects(LabelMap labels, List<MeasuredObject> objects) {

  /**
   * Moves objects from the frame of a region's bounds to that of the image. Of a region that is not
   * a rectangle, objects are kept whole whose centroid lies inside, and the others are dropped;
   * what is kept is numbered 1..n; classes keep their numbers.
   */
  static PlacedObjects of(SegmentTask.Result found, Region region, int width, int height) {
    int left = region.bounds().x;
    int top = region.bounds().y;
    int largest = found.objects().stream().mapToInt(o -> o.region().label()).max().orElse(0);
    int[] renumbered = new int[largest + 1];
    List<MeasuredObject> objects = new ArrayList<>();
    for (MeasuredObject object : found.objects()) {
      LabelMap.Region part = object.region();
      int x = left + (int) part.centroidX();
      int y = top + (int) part.centroidY();
      if (region.contains(x, y)) {
        int label = object.className().isEmpty() ? objects.size() + 1 : part.label();
        renumbered[part.label()] = label;
        objects.add(moved(object, label, left, top));
      }
    }
    int[] labels = new int[width * height];
    int boundsWidth = region.bounds().width;
    for (int y = 0; y < region.bounds().height; y++) {
      for (int x = 0; x < boundsWidth; x++) {
        int label = found.labels().labels()[y * boundsWidth + x];
        labels[(top + y) * width + left + x] = renumbered[label];
      }
    }
    return new PlacedObjects(LabelMap.of(width, height, labels), objects);
  }

  private static MeasuredObject moved(MeasuredObject object, int label, int dx, int dy) {
    LabelMap.Region r = object.region();
    LabelMap.Region moved =
        new LabelMap.Region(
            label,
            r.area(),
            r.x0() + dx,
            r.y0() + dy,
            r.x1() + dx,
            r.y1() + dy,
            r.centroidX() + dx,
            r.centroidY() + dy);
    return new MeasuredObject(
        object.className(), moved, object.calibratedArea(), object.meanIntensity(), object.score());
  }
}
