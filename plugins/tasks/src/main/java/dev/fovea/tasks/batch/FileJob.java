package dev.fovea.tasks.batch;

import dev.fovea.tasks.TaskContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What a batch does with each file. Called from one thread. */
public interface FileJob {

  /**
   * What came out of one file.
   *
   * @param outputs the files written
   * @param summary what was found, in a few words
   */
  record Outcome(List<Path> outputs, String summary) {
    /** Copies the list. */
    public Outcome {
      outputs = List.copyOf(outputs);
    }
  }

  /** The endings of all files it may write for an input, such as {@code .labels.tif}. */
  List<String> endings();

  /** Whether all outputs of a file are there already. */
  boolean isComplete(OutputName name);

  /**
   * Works on one file. Each output is written as a whole or not at all, the one that {@link
   * #isComplete} looks for last.
   *
   * @throws IOException if something cannot be read or written; one line that names it
   * @throws RuntimeException if the content does not fit; one line
   */
  Outcome run(OutputName name, TaskContext context) throws IOException;

  /**
   * Writes what sums up the files of a run that are done or were so before.
   *
   * @param folder the output folder
   * @return the files written
   * @throws IOException if one cannot be read or written
   */
  List<Path> summarise(Path folder, List<OutputName> names) throws IOException;
}
