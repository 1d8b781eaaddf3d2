package dev.fovea.engine.bioimage;

import java.nio.charset.StandardCharsets;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * Reads YAML of strangers: mappings, lists and texts only, whatever tags say, so no class is chosen
 * by the file. Bounded in length, depth and aliases.
 */
final class YamlDocument {
  /** Longest document; the longest of real descriptions have some hundred kilobytes. */
  static final int MAX_BYTES = 2 << 20;

  /** Real descriptions nest to about ten. */
  private static final int MAX_DEPTH = 40;

  /** Programs that write YAML put an alias where a list is used again. */
  private static final int MAX_ALIASES = 100;

  private static final int MAX_EVENTS = 500_000;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new FailsafeSchema())
          .setAllowDuplicateKeys(false)
          .setAllowRecursiveKeys(false)
          .setAllowNonScalarKeys(false)
          .setMaxAliasesForCollections(MAX_ALIASES)
          .setCodePointLimit(MAX_BYTES)
          .build();

  private YamlDocument() {}

  /**
   * Reads a document.
   *
   * @param at the file, for messages
   * @throws PackageFormatException if it is none, or beyond the bounds
   */
  static YamlNode read(Place at, byte[] bytes) throws PackageFormatException {
    if (bytes.length > MAX_BYTES) {
      throw at.error("more than " + MAX_BYTES + " bytes", "at most that");
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      checkBounds(at, text);
      return new YamlNode(new Place(at.path() + ": "), new Load(SETTINGS).loadFromString(text));
    } catch (YamlEngineException e) {
      throw at.problem("found no YAML that can be read (" + e.getMessage() + ")", e);
    }
  }

  /** Before anything is built of it: building recurses, and the stack ends before the file. */
  private static void checkBounds(Place at, String text) throws PackageFormatException {
    int depth = 0;
    int aliases = 0;
    int events = 0;
    for (Event event : new Parse(SETTINGS).parseString(text)) {
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        case Alias -> aliases++;
        default -> {
          // Scalars, and the ends of streams and documents.
        }
      }
      events++;
      if (depth > MAX_DEPTH || aliases > MAX_ALIASES || events > MAX_EVENTS) {
        throw at.error(
            depth > MAX_DEPTH
                ? "values nested deeper than " + MAX_DEPTH
                : aliases > MAX_ALIASES
                    ? "more than " + MAX_ALIASES + " aliases"
                    : "more than " + MAX_EVENTS + " parts",
            "at most that");
      }
    }
  }
}
