package dev.fovea.tasks.library;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The public models that Fovea knows where to find, and where they are kept. */
public final class Catalogue {
  private static final String RESOURCE = "/dev/fovea/models/catalogue.json";

  private Catalogue() {}

  private static final class Read {
    static final List<CatalogueEntry> ENTRIES = read();

    private static List<CatalogueEntry> read() {
      try (InputStream in = Catalogue.class.getResourceAsStream(RESOURCE)) {
        List<CatalogueEntry> all = new ArrayList<>();
        for (JsonNode node : new ObjectMapper().readTree(in)) {
          all.add(
              new CatalogueEntry(
                  node.path("name").asText(),
                  node.path("description").asText(),
                  node.path("licence").asText(),
                  URI.create(node.path("url").asText()),
                  node.path("bytes").asLong(),
                  node.path("sha256").asText()));
        }
        return List.copyOf(all);
      } catch (IOException e) {
        throw new UncheckedIOException("resource " + RESOURCE + ": cannot be read", e);
      }
    }
  }

  /** All entries. */
  public static List<CatalogueEntry> entries() {
    return Read.ENTRIES;
  }

  /** The entry of a name, if there is one. */
  public static Optional<CatalogueEntry> named(String name) {
    return entries().stream().filter(e -> e.name().equals(name)).findFirst();
  }

  /**
   * Where downloaded models are kept: the folder that the system property {@code fovea.models} or
   * the environment variable {@code FOVEA_MODELS} names, else one among the user's caches.
   */
  public static Path folder() {
    String said = System.getProperty("fovea.models", System.getenv("FOVEA_MODELS"));
    if (said != null && !said.isBlank()) {
      return Path.of(said);
    }
    String home = System.getProperty("user.home", ".");
    String os = System.getProperty("os.name", "");
    String windows = System.getenv("LOCALAPPDATA");
    String linux = System.getenv("XDG_CACHE_HOME");
    Path caches;
    if (os.startsWith("Windows") && windows != null) {
      caches = Path.of(windows);
    } else if (os.startsWith("Mac")) {
      caches = Path.of(home, "Library", "Caches");
    } else {
      caches = linux == null || linux.isBlank() ? Path.of(home, ".cache") : Path.of(linux);
    }
    return caches.resolve("fovea").resolve("models");
  }
}
