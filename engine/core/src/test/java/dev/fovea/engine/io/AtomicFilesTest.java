package dev.fovea.engine.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path folder;

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void writesAndReplaces() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFiles.write(file, out -> out.write(text("old")));
    AtomicFiles.write(file, out -> out.write(text("new")));
    assertEquals("new", Files.readString(file));
    assertEquals(List.of("a.txt"), names());
  }

  @Test
  void oldContentIsThereUntilTheNewIsWhole() throws IOException {
    Path file = folder.resolve("a.txt");
    Files.writeString(file, "old");
    AtomicFiles.write(
        file,
        out -> {
          out.write(text("new"));
          out.flush();
          assertEquals("old", Files.readString(file));
          assertEquals(2, names().size());
          assertTrue(names().get(0).matches("\\.a\\.txt\\.[0-9]+-[0-9]+\\.part"), names().get(0));
        });
    assertEquals("new", Files.readString(file));
  }

  @Test
  void failureLeavesTheOldFileAndNoPart() throws IOException {
    Path file = folder.resolve("a.txt");
    Files.writeString(file, "old");
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(1);
                      throw new IOException("No space left on device");
                    }));
    assertEquals(file + ": cannot write, No space left on device", e.getMessage());
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("a.txt"), names());
  }

  @Test
  void uncheckedFailureLeavesNoPart() throws IOException {
    Path file = folder.resolve("a.txt");
    assertThrows(
        IllegalStateException.class,
        () ->
            AtomicFiles.write(
                file,
                out -> {
                  throw new IllegalStateException();
                }));
    assertEquals(List.of(), names());
  }

  @Test
  void namesWhatIsWrongWithTheTarget() throws IOException {
    Path missing = folder.resolve("no/such/a.txt");
    assertEquals(
        missing + ": cannot write, " + missing.getParent() + " does not exist",
        assertThrows(IOException.class, () -> AtomicFiles.write(missing, out -> {})).getMessage());
    Path file = folder.resolve("file");
    Files.writeString(file, "");
    Path inFile = file.resolve("a.txt");
    assertEquals(
        inFile + ": cannot write, " + file + " is not a folder",
        assertThrows(IOException.class, () -> AtomicFiles.write(inFile, out -> {})).getMessage());
    assertEquals(
        folder + ": cannot write, this is a folder, expected a file name",
        assertThrows(IOException.class, () -> AtomicFiles.write(folder, out -> {})).getMessage());
  }

  @Test
  void readOnlyFolderIsNamed() throws IOException {
    Path locked = Files.createDirectory(folder.resolve("locked"));
    boolean denied = locked.toFile().setWritable(false) && !Files.isWritable(locked);
    try {
      Assumptions.assumeTrue(denied, "this user may write to read-only folders");
      Path file = locked.resolve("a.txt");
      assertEquals(
          file + ": cannot write, folder " + locked + " is not writable",
          assertThrows(IOException.class, () -> AtomicFiles.write(file, out -> {})).getMessage());
    } finally {
      assertTrue(locked.toFile().setWritable(true));
    }
  }

  @Test
  void permissionsAreThoseOfAnyNewFile() throws IOException {
    Assumptions.assumeTrue(
        folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "no POSIX permissions on this file system");
    Path plain = Files.createFile(folder.resolve("plain"));
    Path file = folder.resolve("atomic");
    AtomicFiles.write(file, out -> out.write(1));
    assertEquals(Files.getPosixFilePermissions(plain), Files.getPosixFilePermissions(file));
  }
}
