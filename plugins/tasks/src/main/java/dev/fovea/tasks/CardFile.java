package dev.fovea.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.io.AtomicFiles;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.onnx.CardMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A model card in a JSON file beside a model of others, which has none inside: {@code
 * squeezenet.card.json} for {@code squeezenet.onnx}. Members whose name begins with {@code //} are
 * comments.
 */
final class CardFile {
  private static final String ENDING = ".card.json";
  private static final String COMMENT = "//";
  private static final String PREPROCESSING = "preprocessing";
  private static final String ATTRIBUTES = "attributes";
  private static final String CLASSES = "classes";
  private static final Set<String> LISTS = Set.of("mean", "std");
  private static final Set<String> WORDS = Set.of("channels", "resize", "normalisation");
  private static final Set<String> NUMBERS =
      Set.of("width", "height", "shorter_side", "margin", "low", "high");

  /** Names of a million classes of 30 letters. */
  private static final long MAX_BYTES = 32L << 20;

  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Path file;

  private CardFile(Path file) {
    this.file = file;
  }

  /** Where the card of a model is written. */
  static Path of(Path model) {
    return model.resolveSibling(
        model.getFileName().toString().replaceFirst("\\.onnx$", "") + ENDING);
  }

  /**
   * The card beside a model, if there is one.
   *
   * @throws IOException if it cannot be read or is no card; one line
   */
  static Optional<ModelCard> beside(Path model) throws IOException {
    for (Path file : List.of(of(model), model.resolveSibling(model.getFileName() + ENDING))) {
      if (Files.isRegularFile(file)) {
        return Optional.of(read(file));
      }
    }
    return Optional.empty();
  }

  /**
   * Reads a card.
   *
   * @throws IOException if it cannot be read or is no card; one line
   */
  static ModelCard read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(
          file
              + ": found "
              + Files.size(file)
              + " bytes, expected a model card of less than 32 MiB");
    }
    JsonNode root;
    try {
      root = MAPPER.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new IOException(
          file + ": found no JSON, expected a model card: " + oneLine(e.getOriginalMessage()), e);
    }
    return CardMetadata.read(file.toString(), new CardFile(file).properties(root));
  }

  private static String oneLine(String text) {
    return text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
  }

  private IOException error(String found, String expected) {
    return new IOException(file + ": found " + oneLine(found) + ", expected " + expected);
  }

  /** The card as the properties in which a model file keeps it. */
  private Map<String, String> properties(JsonNode root) throws IOException {
    Map<String, String> all = new TreeMap<>();
    for (Map.Entry<String, JsonNode> member : members("the file", root)) {
      JsonNode value = member.getValue();
      switch (member.getKey()) {
        case "name", "task" ->
            all.put(CardMetadata.PREFIX + member.getKey(), text(member.getKey(), value));
        case CLASSES -> {
          List<String> classes = list(CLASSES, value);
          if (!classes.isEmpty()) {
            all.put(CardMetadata.PREFIX + CLASSES, String.join("\n", classes));
          }
        }
        case PREPROCESSING -> {
          for (Map.Entry<String, JsonNode> part : members(PREPROCESSING, value)) {
            all.put(
                CardMetadata.PREFIX + PREPROCESSING + "." + part.getKey(),
                part(part.getKey(), part.getValue()));
          }
        }
        case ATTRIBUTES -> {
          for (Map.Entry<String, JsonNode> part : members(ATTRIBUTES, value)) {
            all.put(
                CardMetadata.PREFIX + "attr." + part.getKey(),
                text(part.getKey(), part.getValue()));
          }
        }
        default ->
            throw error(
                "the member '" + member.getKey() + "'",
                "name, task, classes, preprocessing or attributes");
      }
    }
    for (String optional : List.of("mean", "std")) {
      all.putIfAbsent(CardMetadata.PREFIX + PREPROCESSING + "." + optional, "");
    }
    // Without a size images keep their own.
    for (String optional : List.of("width", "height", "low", "high")) {
      all.putIfAbsent(CardMetadata.PREFIX + PREPROCESSING + "." + optional, "0");
    }
    return all;
  }

  private String part(String name, JsonNode value) throws IOException {
    if (LISTS.contains(name)) {
      return String.join(" ", list(name, value));
    }
    if (WORDS.contains(name) || NUMBERS.contains(name)) {
      return text(name, value);
    }
    throw error("the member '" + name + "' of preprocessing", "one of " + LISTS + WORDS + NUMBERS);
  }

  private List<Map.Entry<String, JsonNode>> members(String what, JsonNode node) throws IOException {
    if (!node.isObject()) {
      throw error(node.getNodeType() + " as " + what, "an object { }");
    }
    return node.properties().stream().filter(e -> !e.getKey().startsWith(COMMENT)).toList();
  }

  private List<String> list(String name, JsonNode node) throws IOException {
    if (!node.isArray()) {
      throw error(node.getNodeType() + " as " + name, "a list [ ]");
    }
    List<String> all = new ArrayList<>();
    for (JsonNode element : node) {
      String text = text(name, element);
      if (text.lines().count() > 1 || text.endsWith("\n") || text.endsWith("\r")) {
        throw error("several lines in " + name, "names of one line");
      }
      all.add(text);
    }
    return all;
  }

  private String text(String name, JsonNode node) throws IOException {
    if (!node.isTextual() && !node.isNumber()) {
      throw error(node.getNodeType() + " as " + name, "a text or a number");
    }
    return node.asText();
  }

  /**
   * Writes a card, as a whole or not at all.
   *
   * @param comments are put at its head
   */
  static void write(Path file, ModelCard card, List<String> comments) throws IOException {
    ObjectNode root = MAPPER.createObjectNode();
    ArrayNode head = root.putArray(COMMENT);
    comments.forEach(head::add);
    ObjectNode preprocessing = MAPPER.createObjectNode();
    ObjectNode attributes = MAPPER.createObjectNode();
    CardMetadata.write(card)
        .forEach(
            (key, value) -> {
              String name = key.substring(CardMetadata.PREFIX.length());
              if (name.startsWith(PREPROCESSING)) {
                put(preprocessing, name.substring(PREPROCESSING.length() + 1), value);
              } else if (name.startsWith("attr.")) {
                attributes.put(name.substring("attr.".length()), value);
              } else if (!name.equals(CLASSES)) {
                root.put(name, value);
              }
            });
    root.set(PREPROCESSING, preprocessing);
    root.set(ATTRIBUTES, attributes);
    card.classes().forEach(root.putArray(CLASSES)::add);
    byte[] bytes = (MAPPER.writer(printer()).writeValueAsString(root) + "\n").getBytes(UTF_8);
    AtomicFiles.write(file, out -> out.write(bytes));
  }

  /** A class on each line, for people; with a line feed on every platform. */
  private static PrettyPrinter printer() {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    return new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
  }

  /** Lists and numbers as such; what is not used is left out. */
  private static void put(ObjectNode node, String name, String value) {
    if (LISTS.contains(name)) {
      if (!value.isBlank()) {
        ArrayNode list = node.putArray(name);
        for (String number : value.split(" ", -1)) {
          list.add(Float.parseFloat(number));
        }
      }
    } else if (WORDS.contains(name)) {
      node.put(name, value);
    } else if (Float.parseFloat(value) != 0) {
      float number = Float.parseFloat(value);
      if (number == Math.rint(number)) {
        node.put(name, (int) number);
      } else {
        node.put(name, number);
      }
    }
  }
}
