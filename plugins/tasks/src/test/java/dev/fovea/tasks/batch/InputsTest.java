package dev.fovea.tasks.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputsTest {
  @TempDir Path root;

  private void files(String... names) throws IOException {
    for (String name : names) {
      Path file = root.resolve("in").resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "no image, but named like one");
    }
  }

  private List<InputFile> find(String input, String glob, boolean recursive) throws IOException {
    return Inputs.find(root.resolve(input).toString(), glob, recursive, root.resolve("out"));
  }

  private static List<String> bases(List<InputFile> files) {
    return files.stream().map(InputFile::outputBase).toList();
  }

  private static List<String> names(List<InputFile> files) {
    return files.stream().map(InputFile::name).toList();
  }

  @Test
  void folderWithoutItsSubFolders() throws IOException {
    files("b.png", "a.TIF", "notes.txt", ".hidden.png", "sub/c.png");
    assertEquals(List.of("a.TIF", "b.png"), names(find("in", null, false)));
    assertEquals(List.of("a", "b"), bases(find("in", null, false)));
  }

  @Test
  void recursiveMirrorsSubFolders() throws IOException {
    files("a.png", "sub/a.png", "sub/deep/a.png", ".git/a.png");
    assertEquals(List.of("a", "sub/a", "sub/deep/a"), bases(find("in", null, true)));
  }

  @Test
  void filesThatDifferOnlyInExtensionKeepIt() throws IOException {
    files("a.png", "a.tif", "b.png");
    assertEquals(List.of("a.png", "a.tif", "b"), bases(find("in", null, false)));
  }

  @Test
  void aKeptExtensionMayCollideWithAStem() throws IOException {
    files("a.png", "a.tif", "a.png.tif");
    List<InputFile> found = find("in", null, false);
    assertEquals(3, new HashSet<>(bases(found)).size(), bases(found).toString());
  }

  @Test
  void namesThatDifferOnlyInCaseDoNotCollideEither() throws IOException {
    files("cell.png", "CELL.tif");
    Set<String> lower = new HashSet<>();
    for (String base : bases(find("in", null, false))) {
      assertTrue(lower.add(base.toLowerCase(Locale.ROOT)), base);
    }
  }

  @Test
  void whatIsInTheOutputFolderIsNoInput() throws IOException {
    files("a.png", "out/a.overlay.png", "out/deep/b.png", "other/c.png");
    List<InputFile> found =
        Inputs.find(root.resolve("in").toString(), null, true, root.resolve("in/out"));
    assertEquals(List.of("a.png", "other/c.png"), names(found));
  }

  @Test
  void theInputFolderIsNoOutputFolder() throws IOException {
    files("a.png");
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Inputs.find(root.resolve("in").toString(), null, false, root.resolve("in")));
    assertTrue(e.getMessage().startsWith("output: found the input folder"), e.getMessage());
  }

  @Test
  void oneFileCountsWhateverItIs() throws IOException {
    files("notes.txt");
    List<InputFile> found = find("in/notes.txt", null, false);
    assertEquals(List.of("notes"), bases(found));
    assertEquals(List.of("notes.txt"), names(found));
  }

  @Test
  void globOverFolders() throws IOException {
    files("day1/a.tif", "day2/a.tif", "day2/b.png", "day2/deep/c.tif");
    assertEquals(List.of("day1/a", "day2/a"), bases(find("in/day*/*.tif", null, false)));
    assertEquals(List.of("day1/a", "day2/a", "day2/deep/c"), bases(find("in/**.tif", null, false)));
  }

  @Test
  void globOption() throws IOException {
    files("a_dapi.tif", "a_gfp.tif", "sub/b_dapi.tif");
    assertEquals(List.of("a_dapi.tif"), names(find("in", "*_dapi.tif", false)));
    assertEquals(List.of("a_dapi.tif", "sub/b_dapi.tif"), names(find("in", "*_dapi.tif", true)));
    assertEquals(List.of("sub/b_dapi.tif"), names(find("in", "sub/*", true)));
  }

  @Test
  void nothingFoundIsSaid() throws IOException {
    files("notes.txt");
    IllegalArgumentException none =
        assertThrows(IllegalArgumentException.class, () -> find("in", null, false));
    assertTrue(none.getMessage().contains("found no image in"), none.getMessage());
    IllegalArgumentException missing =
        assertThrows(IllegalArgumentException.class, () -> find("nowhere", null, false));
    assertTrue(missing.getMessage().contains("expected a file, a folder or a glob"));
    assertThrows(IllegalArgumentException.class, () -> find("nowhere/*.png", null, false));
    assertThrows(IllegalArgumentException.class, () -> find("in", "[", false));
  }
}
