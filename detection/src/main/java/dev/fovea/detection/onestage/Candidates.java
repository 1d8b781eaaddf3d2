package dev.fovea.detection.onestage;

import dev.fovea.detection.Detection;
import dev.fovea.detection.Frame;
import dev.fovea.detection.Thresholds;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.Nms;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Boxes that a network gives, before those of the same object are told. Not thread-safe. */
final class Candidates {
  /** More are not compared with each other, as the work grows with the square. */
  private static final int MOST_COMPARED = 5000;

  private record Candidate(Box box, float score, int label) {}

  private final double score;
  private final List<Candidate> all = new ArrayList<>();

  /**
   * None yet.
   *
   * @param score those below do not count
   */
  Candidates(double score) {
    this.score = score;
  }

  /** Least score that counts. */
  double score() {
    return score;
  }

  /** Adds a box in pixels of the input, if its score counts. */
  void add(Box box, double itsScore, int label) {
    // The negation leaves out what is no number.
    if (!(itsScore < score) && itsScore <= 1) {
      all.add(new Candidate(box, (float) itsScore, label));
    }
  }

  /** The best of each object, in pixels of the picture. */
  List<Detection> select(Frame frame, Thresholds thresholds) {
    List<Candidate> best =
        all.stream()
            .sorted(Comparator.comparingDouble((Candidate c) -> -c.score()))
            .limit(MOST_COMPARED)
            .toList();
    float[] scores = new float[best.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = best.get(i).score();
    }
    List<Box> boxes = best.stream().map(Candidate::box).toList();
    int[] labels = best.stream().mapToInt(Candidate::label).toArray();
    List<Detection> found = new ArrayList<>();
    for (int i : Nms.of(thresholds.iou()).selectWithin(boxes, scores, labels)) {
      Box box = frame.toPicture(boxes.get(i));
      if (!box.isEmpty() && found.size() < thresholds.most()) {
        found.add(Detection.of(labels[i], scores[i], box));
      }
    }
    return found;
  }
}
