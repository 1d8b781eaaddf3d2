package dev.fovea.detection.onestage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fovea.detection.box.Box;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cases small enough to be worked out by hand. */
class TaskAlignedAssignerTest {
  /** Four cells in a row, centred at 5, 15, 25 and 35. */
  private static final double[] CENTRES = {5, 5, 15, 5, 25, 5, 35, 5};

  @Test
  void theBestCellsInsideAreChosenAndToldHowWellTheyFit() {
    Box truth = new Box(0, 0, 30, 10);
    // Overlaps 1/3, 1 and 2/3; the last cell has the whole box, but its centre is outside.
    List<Box> boxes = List.of(new Box(0, 0, 10, 10), truth, new Box(10, 0, 30, 10), truth);
    double[] scores = {0.9, 0.25, 0.36, 0.9};
    TaskAlignedAssigner.Assignment a =
        new TaskAlignedAssigner(2, 0.5, 1)
            .assign(boxes, CENTRES, (cell, label) -> scores[cell], List.of(truth), new int[] {0});
    // Alignments sqrt(0.9) / 3 = 0.316, 0.5 * 1 and 0.6 * 2 / 3 = 0.4: the last two.
    assertArrayEquals(new int[] {-1, 0, 0, -1}, a.truth());
    // Largest alignment 0.5, largest overlap 1.
    assertArrayEquals(new double[] {0, 1, 0.8, 0}, a.score(), 1e-9);
  }

  @Test
  void aCellThatTwoBoxesWantGoesToTheOneItOverlapsMore() {
    Box left = new Box(0, 0, 20, 10);
    Box right = new Box(10, 0, 40, 10);
    // Cell 1 (at 15) lies in both: overlap with left 1/2 (of 10 x 10 in 20 x 10), right 1/3.
    List<Box> boxes = List.of(left, new Box(10, 0, 20, 10), right, right);
    TaskAlignedAssigner.Assignment a =
        new TaskAlignedAssigner(10, 0, 1)
            .assign(boxes, CENTRES, (cell, label) -> 1, List.of(right, left), new int[] {0, 0});
    assertArrayEquals(new int[] {1, 1, 0, 0}, a.truth());
    assertArrayEquals(new double[] {1, 0.5, 1, 1}, a.score(), 1e-9);
  }

  @Test
  void withoutObjectsOrOverlapNothingIsWanted() {
    List<Box> far = List.of(new Box(90, 90, 99, 99), new Box(90, 90, 99, 99));
    double[] centres = {5, 5, 15, 5};
    TaskAlignedAssigner assigner = TaskAlignedAssigner.DEFAULT;
    TaskAlignedAssigner.Assignment none =
        assigner.assign(far, centres, (cell, label) -> 1, List.of(), new int[0]);
    assertArrayEquals(new int[] {-1, -1}, none.truth());
    TaskAlignedAssigner.Assignment nothing =
        assigner.assign(
            far, centres, (cell, label) -> 1, List.of(new Box(0, 0, 20, 10)), new int[] {0});
    assertArrayEquals(new double[] {0, 0}, nothing.score());
    assertThrows(IllegalArgumentException.class, () -> new TaskAlignedAssigner(0, 1, 1));
  }
}
