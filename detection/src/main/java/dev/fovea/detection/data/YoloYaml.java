package dev.fovea.detection.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * The file {@code data.yaml}: where the pictures are and what the classes are called. Read as
 * mappings, lists and texts only, bounded in length and depth.
 */
final class YoloYaml {
  private static final int MAX_BYTES = 1 << 20;

  /** A mapping with a list in it, and some more for what others keep there. */
  private static final int MAX_DEPTH = 10;

  private static final int MAX_CLASSES = 100_000;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new FailsafeSchema())
          .setAllowDuplicateKeys(false)
          .setAllowNonScalarKeys(false)
          .setMaxAliasesForCollections(0)
          .setCodePointLimit(MAX_BYTES)
          .build();

  private final Path file;
  private final Map<?, ?> members;

  private YoloYaml(Path file, Map<?, ?> members) {
    this.file = file;
    this.members = members;
  }

  static YoloYaml read(Path file) throws IOException {
    String text = new String(DataFiles.read(file, MAX_BYTES), StandardCharsets.UTF_8);
    try {
      requireFlat(file, text);
      if (new Load(SETTINGS).loadFromString(text) instanceof Map<?, ?> members) {
        return new YoloYaml(file, members);
      }
    } catch (YamlEngineException e) {
      throw new IOException(
          file + ": found no YAML that can be read (" + DataFiles.oneLine(e.getMessage()) + ")", e);
    }
    throw DataFiles.error(file, "no mapping", "names, train and val");
  }

  /** Before anything is built of it, as building recurses. */
  private static void requireFlat(Path file, String text) throws IOException {
    int depth = 0;
    for (Event event : new Parse(SETTINGS).parseString(text)) {
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        default -> {
          // Scalars, and the ends of streams and documents.
        }
      }
      if (depth > MAX_DEPTH) {
        throw DataFiles.error(file, "values nested deeper than " + MAX_DEPTH, "names and folders");
      }
    }
  }

  /** The folder that others are relative to: {@code path}, or that of the file. */
  Path root() throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Optional<String> path = text("path");
    return path.isPresent() ? folder.resolve(path.get()) : folder;
  }

  /** A member that is a text. */
  Optional<String> text(String name) throws IOException {
    Object value = members.get(name);
    if (value == null || value.equals("")) {
      return Optional.empty();
    }
    if (value instanceof String text) {
      return Optional.of(text);
    }
    throw DataFiles.error(file, "a list or mapping as '" + name + "'", "a text");
  }

  /** The names of the classes, given as a list or by number. */
  List<String> names() throws IOException {
    Object value = members.get("names");
    List<String> names = new ArrayList<>();
    if (value instanceof List<?> list) {
      list.forEach(name -> names.add(String.valueOf(name)));
    } else if (value instanceof Map<?, ?> map && map.size() <= MAX_CLASSES) {
      for (int i = 0; i < map.size(); i++) {
        Object name = map.get(Integer.toString(i));
        if (name == null) {
          throw DataFiles.error(file, "names without a number " + i, "numbers from 0 on");
        }
        names.add(String.valueOf(name));
      }
    } else {
      throw DataFiles.error(file, "no list 'names'", "the names of the classes");
    }
    return names;
  }

  /** A file for one part of a data set. */
  static String text(String part, List<String> names) {
    DumpSettings settings = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
    return new Dump(settings)
        .dumpToString(new TreeMap<>(Map.of(part, "images/" + part, "names", names)));
  }
}
