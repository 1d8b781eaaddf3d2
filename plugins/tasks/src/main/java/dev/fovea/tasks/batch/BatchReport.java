package dev.fovea.tasks.batch;

import dev.fovea.tasks.batch.FileResult.Status;
import java.util.List;

/**
 * What became of a run over many files.
 *
 * @param total number of files found
 * @param cancelled whether the user ended it; then there are fewer results than files
 * @param problem why the tables over all files or the manifest could not be written, in one line;
 *     empty if they were
 * @param files a result for each file that was looked at, in order
 */
public record BatchReport(int total, boolean cancelled, String problem, List<FileResult> files) {
  /** Exit code if all files are done or were so before. */
  public static final int ALL_DONE = 0;

  /** Exit code if some files failed or were not reached. */
  public static final int SOME_FAILED = 1;

  /** Exit code for a mistake in the command. */
  public static final int USAGE = 2;

  /** Exit code if no file succeeded. */
  public static final int NONE_SUCCEEDED = 3;

  /** Copies the list. */
  public BatchReport {
    files = List.copyOf(files);
  }

  /** Number of files of a status. */
  public int count(Status status) {
    return (int) files.stream().filter(file -> file.status() == status).count();
  }

  /** The exit code of a program that did nothing else. */
  public int exitCode() {
    int good = count(Status.DONE) + count(Status.SKIPPED);
    if (good == total && problem.isEmpty()) {
      return ALL_DONE;
    }
    return good > 0 ? SOME_FAILED : NONE_SUCCEEDED;
  }
}
