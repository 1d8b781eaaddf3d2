package dev.fovea.detection.evaluation;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.Detection;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.mask.RleMask;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Eight pictures of ellipses, 35 in three classes, 8 of them crowds, with 37 finds: displaced, of
 * other sizes and sometimes another class. They are drawn by a generator of a few lines, so that
 * other programs can be given the same.
 */
final class EllipsePictures {
  static final int CLASSES = 3;
  private static final int PICTURES = 8;
  private static final int SIDE = 200;
  private static final int[] LEAST = {12, 40, 100};
  private static final int[] RANGE = {18, 40, 80};

  private final boolean masks;
  private long state = 2026;

  private EllipsePictures(boolean masks) {
    this.masks = masks;
  }

  static void addTo(CocoEvaluator evaluator, boolean masks) {
    EllipsePictures pictures = new EllipsePictures(masks);
    for (int i = 0; i < PICTURES; i++) {
      pictures.addPicture(evaluator);
    }
  }

  private int next(int bound) {
    state = (state * 1103515245L + 12345) % (1L << 31);
    return (int) ((state >> 16) % bound);
  }

  private void addPicture(CocoEvaluator evaluator) {
    List<Annotation> truth = new ArrayList<>();
    List<Detection> found = new ArrayList<>();
    int objects = 3 + next(4);
    for (int i = 0; i < objects; i++) {
      int size = next(3);
      int w = LEAST[size] + next(RANGE[size]);
      int h = LEAST[size] + next(RANGE[size]);
      int x = next(SIDE - w);
      int y = next(SIDE - h);
      int label = next(CLASSES);
      truth.add(object(label, x, y, w, h, next(5) == 0));
      int finds = next(3);
      for (int f = 0; f < finds; f++) {
        int dx = next(w / 3 + 1) - w / 6;
        int dy = next(h / 3 + 1) - h / 6;
        int dw = next(w / 4 + 1) - w / 8;
        int dh = next(h / 4 + 1) - h / 8;
        int named = next(8) != 0 ? label : next(CLASSES);
        found.add(find(named, next(100) / 100.0, x + dx, y + dy, w + dw, h + dh));
      }
    }
    evaluator.add(truth, found);
  }

  private Annotation object(int label, int x, int y, int w, int h, boolean crowd) {
    Box box = Box.ofSize(x, y, w, h);
    return masks
        ? Annotation.of(label, box, ellipse(x, y, w, h), crowd)
        : new Annotation(label, box, Optional.empty(), false, crowd, box.area());
  }

  private Detection find(int label, double score, int x, int y, int w, int h) {
    return masks
        ? Detection.of(label, score, ellipse(x, y, w, h))
        : Detection.of(label, score, Box.ofSize(x, y, w, h));
  }

  private static RleMask ellipse(int x, int y, int w, int h) {
    boolean[] pixels = new boolean[SIDE * SIDE];
    for (int r = Math.max(0, y); r < Math.min(SIDE, y + h); r++) {
      for (int c = Math.max(0, x); c < Math.min(SIDE, x + w); c++) {
        long a = (2L * (c - x) + 1 - w) * h;
        long b = (2L * (r - y) + 1 - h) * w;
        pixels[r * SIDE + c] = a * a + b * b <= (long) w * w * h * h;
      }
    }
    return RleMask.ofPixels(SIDE, SIDE, pixels);
  }
}
