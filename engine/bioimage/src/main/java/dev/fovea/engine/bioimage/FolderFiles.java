package dev.fovea.engine.bioimage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A package in a folder.
 *
 * @param folder the folder
 * @param descriptions names that the description may have
 */
record FolderFiles(Path folder, Iterable<String> descriptions) implements PackageFiles {

  @Override
  public Optional<String> description() {
    for (String name : descriptions) {
      if (Files.isRegularFile(folder.resolve(name))) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }

  @Override
  public byte[] read(Place at, String path, long limit) throws IOException {
    Path real = file(at, path);
    try (InputStream in = Files.newInputStream(real)) {
      // One byte more than may be, which is then refused.
      byte[] bytes = in.readNBytes(Math.toIntExact(limit + 1));
      if (bytes.length > limit) {
        throw at.error("more than " + limit + " bytes in '" + path + "'", "at most that");
      }
      return bytes;
    }
  }

  /** The file of a path, with all links followed, none of which may lead out of the folder. */
  Path file(Place at, String path) throws IOException {
    Path real;
    boolean inside;
    try {
      real = folder.resolve(path).toRealPath();
      inside = real.startsWith(folder.toRealPath());
    } catch (IOException e) {
      throw at.problem("found no file '" + path + "', expected " + INSIDE, e);
    }
    if (!inside || !Files.isRegularFile(real)) {
      throw at.error("'" + path + "', which leads elsewhere", INSIDE);
    }
    return real;
  }
}
