package dev.fovea.tasks.library;

import java.net.URI;
import java.nio.file.Path;

/**
 * A public model that can be downloaded.
 *
 * @param name as users type it; also the name of its file
 * @param description what it does, and what preprocessing it wants
 * @param licence SPDX identifier of what its authors put on it
 * @param url where it is, in a version that does not change
 * @param bytes length of the file
 * @param sha256 of the file, in hexadecimal
 */
public record CatalogueEntry(
    String name, String description, String licence, URI url, long bytes, String sha256) {

  /** Checks what decides where is written and what is trusted. */
  public CatalogueEntry {
    if (!name.matches("[a-z0-9][a-z0-9.-]*") || !sha256.matches("[0-9a-f]{64}") || bytes < 1) {
      throw new IllegalArgumentException(
          "catalogue entry '" + name + "': found " + bytes + " bytes, sha256 '" + sha256 + "'");
    }
  }

  /** Its file in a folder. */
  public Path in(Path folder) {
    return folder.resolve(name + ".onnx");
  }
}
