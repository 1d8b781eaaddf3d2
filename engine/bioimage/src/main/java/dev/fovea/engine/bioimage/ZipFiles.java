package dev.fovea.engine.bioimage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A package in a zip archive. Its entries are read where they are; nothing is unpacked to the disk,
 * so no entry can land outside of a folder and a symbolic link is a file with a path in it. How
 * much an entry inflates to is bounded by what the reader of that kind of file takes, whatever its
 * header claims.
 */
final class ZipFiles implements PackageFiles {
  private static final int MAX_ENTRIES = 10_000;

  private final ZipFile zip;
  private final Map<String, ZipEntry> entries = new HashMap<>();
  private final Iterable<String> descriptions;

  ZipFiles(Place at, Path file, Iterable<String> descriptions) throws IOException {
    this.descriptions = descriptions;
    try {
      zip = new ZipFile(file.toFile());
    } catch (IOException e) {
      throw at.problem("found no zip archive (" + e.getMessage() + "), expected one", e);
    }
    try {
      list(at);
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  private void list(Place at) throws IOException {
    if (zip.size() > MAX_ENTRIES) {
      throw at.error(zip.size() + " entries", "at most " + MAX_ENTRIES);
    }
    for (ZipEntry entry : zip.stream().toList()) {
      String name = entry.getName();
      String path = entry.isDirectory() ? name.substring(0, name.length() - 1) : name;
      if (!PackageFiles.isPlain(path)) {
        throw at.error("the entry '" + name + "'", "entries with paths inside the archive");
      }
      if (entries.put(name, entry) != null) {
        throw at.error("two entries '" + name + "'", "each once");
      }
    }
  }

  /** At the top; else in the only folder there, as where somebody has zipped a folder. */
  @Override
  public Optional<String> description() {
    for (String name : descriptions) {
      if (entries.containsKey(name)) {
        return Optional.of(name);
      }
    }
    List<String> tops =
        entries.keySet().stream()
            .map(name -> name.substring(0, name.indexOf('/') + 1))
            // What macOS adds to every archive.
            .filter(top -> !top.equals("__MACOSX/"))
            .distinct()
            .toList();
    if (tops.size() == 1) {
      for (String name : descriptions) {
        if (entries.containsKey(tops.get(0) + name)) {
          return Optional.of(tops.get(0) + name);
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public byte[] read(Place at, String path, long limit) throws IOException {
    ZipEntry entry = entries.get(path);
    if (entry == null || entry.isDirectory()) {
      throw at.problem("found no file '" + path + "' in the archive, expected " + INSIDE, null);
    }
    byte[] bytes;
    try (InputStream in = zip.getInputStream(entry)) {
      bytes = in.readNBytes(Math.toIntExact(limit + 1));
    } catch (IOException e) {
      throw at.problem("'" + path + "' cannot be read: " + e.getMessage(), e);
    }
    if (bytes.length > limit) {
      throw at.error("more than " + limit + " bytes in '" + path + "'", "at most that");
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
