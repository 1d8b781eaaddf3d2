package dev.fovea.engine.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes a file as a whole or not at all: to a temporary name in the same folder, then renamed.
 * Whoever looks at the final name sees the old content or the whole new one, never a part.
 */
public final class AtomicFiles {
  private static final AtomicLong COUNTER = new AtomicLong();

  private AtomicFiles() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes everything; need not flush or close.
     *
     * @throws IOException if the content cannot be written
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes {@code target}, replacing a file that is there. If anything fails the temporary file is
   * deleted and {@code target} stays as it was.
   *
   * @throws IOException if the file cannot be written; one line that names the file and the cause
   */
  public static void write(Path target, Content content) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path folder = absolute.getParent();
    if (folder == null || Files.isDirectory(absolute)) {
      throw new IOException(target + ": cannot write, this is a folder, expected a file name");
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          target
              + ": cannot write, "
              + folder
              + (Files.exists(folder) ? " is not a folder" : " does not exist"));
    }
    Path part = null;
    try {
      part = createPart(folder, absolute.getFileName().toString());
      try (OutputStream out =
          new BufferedOutputStream(
              Files.newOutputStream(part, StandardOpenOption.WRITE), 1 << 16)) {
        content.writeTo(out);
      }
      moveOver(part, absolute);
      part = null;
    } catch (IOException e) {
      throw new IOException(target + ": cannot write, " + reason(e, folder), e);
    } finally {
      if (part != null) {
        Files.deleteIfExists(part);
      }
    }
  }

  /**
   * Creates the temporary file. Not {@code Files.createTempFile}: that one gives permissions 0600,
   * which the renamed file would keep.
   */
  private static Path createPart(Path folder, String name) throws IOException {
    while (true) {
      String suffix = ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();
      Path part = folder.resolve("." + name + "." + suffix + ".part");
      try {
        return Files.createFile(part);
      } catch (FileAlreadyExistsException e) {
        // Left over by a killed process that had the same id: take the next number.
        continue;
      }
    }
  }

  private static void moveOver(Path part, Path target) throws IOException {
    try {
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      // Some network file systems; the window in which the target is missing is then very short.
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String reason(IOException e, Path folder) {
    if (e instanceof AccessDeniedException) {
      return "folder " + folder + " is not writable";
    }
    if (e instanceof NoSuchFileException) {
      return "folder " + folder + " does not exist";
    }
    if (e instanceof FileSystemException fse && fse.getReason() != null) {
      return fse.getReason();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
