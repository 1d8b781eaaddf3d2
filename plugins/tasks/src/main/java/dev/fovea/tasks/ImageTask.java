package dev.fovea.tasks;

import dev.fovea.engine.image.Image;
import java.io.IOException;

/**
 * A task that works on single images.
 *
 * @param <P> its parameters
 * @param <R> what it finds in an image
 */
public interface ImageTask<P, R> extends Task<P> {

  /**
   * A task with its model loaded, ready for any number of images. Immutable and thread-safe.
   *
   * @param <R> what it finds in an image
   */
  @FunctionalInterface
  interface Opened<R> {
    /**
     * Works on one image.
     *
     * @throws IllegalArgumentException if the image does not fit the model; one line
     * @throws java.util.concurrent.CancellationException if the context says so
     */
    R run(Image image, TaskContext context);
  }

  /** The name or file of the model that the parameters ask for. */
  String modelOf(P parameters);

  /**
   * Makes ready for images with a loaded model.
   *
   * @throws IllegalArgumentException if the model is for another task, or does not fit the
   *     parameters; one line
   */
  Opened<R> open(Model model, P parameters, RunOptions options);

  /**
   * Loads the model that the parameters name and makes ready for images.
   *
   * @throws IOException if the model file cannot be read
   * @throws IllegalArgumentException if there is no such model, or it does not fit; one line
   */
  default Opened<R> open(P parameters, RunOptions options) throws IOException {
    return open(Models.load(modelOf(parameters)), parameters, options);
  }

  /**
   * Works on one image, with the default backend and threads.
   *
   * @throws IOException as {@link #open}
   */
  default R run(Image image, P parameters, TaskContext context) throws IOException {
    return open(parameters, RunOptions.defaults()).run(image, context);
  }
}
