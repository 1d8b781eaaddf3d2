package dev.fovea.detection.onestage;

import dev.fovea.detection.box.Box;
import java.util.List;

/** Says which cells of a network without anchors have to find what. Immutable and thread-safe. */
public interface CellAssigner {

  /**
   * What the cells have to find.
   *
   * @param truth index of the true box of each cell, -1 for none
   * @param score what each cell has to say of the class of its true box, 0 to 1
   */
  public record Assignment(int[] truth, double[] score) {}

  /** The score that a cell gives to a class. */
  @FunctionalInterface
  public interface Scores {
    /**
     * The score.
     *
     * @param cell its number
     * @param label of the class
     */
    double of(int cell, int label);
  }

  /**
   * Assigns.
   *
   * @param boxes what the cells say now
   * @param centres x and y of each cell, one after the other
   * @param scores what the cells say now, 0 to 1
   * @param truth true boxes
   * @param labels of the true boxes
   */
  Assignment assign(
      List<Box> boxes, double[] centres, Scores scores, List<Box> truth, int[] labels);
}
