package dev.fovea.tasks.batch;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The names of the outputs of one input.
 *
 * @param folder the output folder
 * @param input what they are of
 */
public record OutputName(Path folder, InputFile input) {

  /** The output with an ending such as {@code .labels.tif}. */
  public Path file(String ending) {
    return folder.resolve(input.outputBase() + ending);
  }

  /** Whether there is an output with this ending. */
  public boolean exists(String ending) {
    return Files.isRegularFile(file(ending));
  }

  /**
   * Makes the folder that the outputs lie in.
   *
   * @throws IOException if it cannot be made; one line
   */
  void prepare() throws IOException {
    makeFolder(file("").toAbsolutePath().getParent());
  }

  /**
   * Makes a folder and those above it.
   *
   * @throws IOException if it cannot be made; one line that names it
   */
  static void makeFolder(Path folder) throws IOException {
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(folder + ": found a file, expected a folder for outputs", e);
    } catch (IOException e) {
      throw new IOException(folder + ": cannot make this folder (" + e.getMessage() + ")", e);
    }
  }
}
