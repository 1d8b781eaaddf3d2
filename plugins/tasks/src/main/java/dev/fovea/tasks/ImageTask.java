package dev.fovea.tasks;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.runtime.Inference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

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
  interface Opened<R> extends AutoCloseable {
    /**
     * Works on one image.
     *
     * @throws IllegalArgumentException if the image does not fit the model; one line
     * @throws java.util.concurrent.CancellationException if the context says so
     */
    R run(Image image, TaskContext context);

    /**
     * Works on all pages of a file: on each by itself, unless the task takes them as one volume.
     *
     * @return a result for each page, or for each volume
     * @throws IllegalArgumentException if a page does not fit the model; one line
     */
    default List<R> runPages(List<Image> pages, TaskContext context) {
      List<R> results = new ArrayList<>();
      for (int i = 0; i < pages.size(); i++) {
        TaskContext part = context.part((double) i / pages.size(), (double) (i + 1) / pages.size());
        results.add(run(pages.get(i), part));
      }
      return results;
    }

    /**
     * Gives back what other runtimes hold outside the JVM; nothing to do for Fovea's own engine.
     */
    @Override
    default void close() {
      // Most hold nothing.
    }

    /**
     * Work with a network that is closed at the end of the work, or at once if it cannot begin.
     *
     * @param begin makes the work of the network
     */
    static <R> Opened<R> closing(Inference network, Function<Inference, Opened<R>> begin) {
      Opened<R> work;
      try {
        work = begin.apply(network);
      } catch (RuntimeException | Error e) {
        network.close();
        throw e;
      }
      return new Opened<>() {
        @Override
        public R run(Image image, TaskContext context) {
          return work.run(image, context);
        }

        @Override
        public List<R> runPages(List<Image> pages, TaskContext context) {
          return work.runPages(pages, context);
        }

        @Override
        public void close() {
          network.close();
        }
      };
    }
  }

  /** The name or file of the model that the parameters ask for. */
  String modelOf(P parameters);

  /**
   * Makes ready for images with a loaded model.
   *
   * @throws IOException if the runtime that the options name cannot read the model; one line
   * @throws IllegalArgumentException if the model is for another task, or does not fit the
   *     parameters; one line
   */
  Opened<R> open(Model model, P parameters, RunOptions options) throws IOException;

  /**
   * Loads the model that the parameters name and makes ready for images.
   *
   * @throws IOException if the model file cannot be read
   * @throws IllegalArgumentException if there is no such model, or it does not fit; one line
   */
  default Opened<R> open(P parameters, RunOptions options) throws IOException {
    return open(Models.load(modelOf(parameters), options), parameters, options);
  }

  /**
   * Works on one image, with the default backend and threads.
   *
   * @throws IOException as {@link #open}
   */
  default R run(Image image, P parameters, TaskContext context) throws IOException {
    try (Opened<R> opened = open(parameters, RunOptions.defaults())) {
      return opened.run(image, context);
    }
  }
}
