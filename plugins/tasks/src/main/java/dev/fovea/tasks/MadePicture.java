package dev.fovea.tasks;

import dev.fovea.engine.image.Image;
import java.util.List;

/**
 * A picture that a network made.
 *
 * @param picture as it was at the end, or when the work was cancelled
 * @param frames pictures on the way, if they were asked for, or of a sequence
 * @param losses value of the objective at each iteration
 * @param summary in a few words
 */
public record MadePicture(Image picture, List<Image> frames, List<Double> losses, String summary) {
  /** Copies the lists. */
  public MadePicture {
    frames = List.copyOf(frames);
    losses = List.copyOf(losses);
  }
}
