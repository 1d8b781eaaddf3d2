package dev.fovea.tasks.batch;

import java.util.List;

/**
 * What became of one file.
 *
 * @param input its path
 * @param status done, skipped or failed
 * @param reason why it was skipped or failed, in one line; empty if it is done
 * @param outputs paths of the files written
 * @param seconds duration
 */
public record FileResult(
    String input, Status status, String reason, List<String> outputs, double seconds) {

  /** What became of a file. */
  public enum Status {
    /** Worked on, outputs written. */
    DONE,
    /** Its outputs were there already. */
    SKIPPED,
    /** Could not be read, worked on or written. */
    FAILED
  }

  /** Copies the list. */
  public FileResult {
    outputs = List.copyOf(outputs);
  }
}
