package dev.fovea.tasks.batch;

/** Is told how a batch goes on. */
public interface BatchListener {

  /** Hears nothing. */
  BatchListener NONE = (result, summary, done, total) -> {};

  /**
   * A file is done, skipped or failed.
   *
   * @param result what became of it
   * @param summary what was found, in a few words; empty unless it is done
   * @param done number of files so far
   * @param total number of files in all
   */
  void file(FileResult result, String summary, int done, int total);
}
