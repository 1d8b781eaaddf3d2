package dev.fovea.tasks.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tasks.batch.FileResult.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The documents that programs read. Numbers that JSON does not know, NaN, become null. */
public final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int ROUNDING = 1_000_000;

  private Json() {}

  /** A new, empty object; its members keep their order. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Sets a member to a number rounded to six decimals, or to null if it is not finite. */
  public static void put(ObjectNode object, String name, double value) {
    if (Double.isFinite(value)) {
      object.put(name, (double) Math.round(value * ROUNDING) / ROUNDING);
    } else {
      object.putNull(name);
    }
  }

  /** The document as text, indented, with a line feed at its end on every platform. */
  public static String text(JsonNode document) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
    try {
      return MAPPER.writer(printer).writeValueAsString(document) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of values can always be written", e);
    }
  }

  /**
   * Reads a document.
   *
   * @throws IOException if the file cannot be read or is not JSON
   */
  public static JsonNode read(Path file) throws IOException {
    return MAPPER.readTree(Files.readAllBytes(file));
  }

  /** {@code total}, {@code done}, {@code skipped}, {@code failed} and {@code files} of a run. */
  public static ObjectNode of(BatchReport report) {
    ObjectNode document = object();
    document.put("total", report.total());
    for (Status status : Status.values()) {
      document.put(lower(status), report.count(status));
    }
    if (!report.problem().isEmpty()) {
      document.put("problem", report.problem());
    }
    ArrayNode files = document.putArray("files");
    for (FileResult file : report.files()) {
      ObjectNode row = files.addObject();
      row.put("input", file.input());
      row.put("status", lower(file.status()));
      row.put("reason", file.reason());
      file.outputs().forEach(row.putArray("outputs")::add);
      put(row, "seconds", file.seconds());
    }
    return document;
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
