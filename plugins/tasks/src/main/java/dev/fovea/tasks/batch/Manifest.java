package dev.fovea.tasks.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.bioimage.ModelDescription;
import dev.fovea.engine.bioimage.TensorDescription;
import dev.fovea.engine.io.AtomicFiles;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.onnx.CardMetadata;
import dev.fovea.tasks.Model;
import dev.fovea.tasks.Models;
import dev.fovea.tasks.RunOptions;
import dev.fovea.tasks.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * The record of a run, {@code manifest.json} in the output folder: what was run with which model
 * and parameters, by which versions, on which machine, and what became of each file.
 */
public final class Manifest {
  /** Name of the file. */
  public static final String FILE = "manifest.json";

  private static final String MODEL = "model";
  private static final String CARD_SHA256 = "card_sha256";
  private static final String DESCRIPTION_SHA256 = "description_sha256";
  private static final String REPLACING = "replacing";

  private final String task;
  private final Model model;
  private final Map<String, String> parameters;
  private final RunOptions options;
  private final Instant started = Instant.now();
  private boolean replacing;

  /** How far a run is. */
  public enum State {
    /** Under way, or it was killed. */
    RUNNING,
    /** At its end. */
    FINISHED,
    /** Ended early by the user. */
    CANCELLED
  }

  /**
   * The manifest of a run that starts now.
   *
   * @param task name of the task
   * @param model that it runs
   * @param parameters values by key
   * @param options where it runs
   */
  public Manifest(String task, Model model, Map<String, String> parameters, RunOptions options) {
    this.task = task;
    this.model = model;
    this.parameters = Map.copyOf(parameters);
    this.options = options;
  }

  /**
   * Whether the outputs in a folder are of another model, or were made with another card or another
   * description of a package: those of the last run of this task there, or of one before it that it
   * was to replace and did not come to the end of.
   */
  boolean replaces(Path folder) {
    JsonNode before;
    try {
      before = Json.read(folder.resolve(FILE));
    } catch (IOException e) {
      // None, or no manifest: nothing is known against the outputs.
      return false;
    }
    boolean sameTask = before.path("task").asText().equals(task);
    boolean unfinished =
        before.path(REPLACING).asBoolean()
            && !before.path("state").asText().equals(Json.lower(State.FINISHED));
    boolean other =
        !fingerprint(before.path(MODEL)).equals(fingerprint(model()))
            && before.path(MODEL).has(CARD_SHA256);
    replacing = sameTask && (unfinished || other);
    return replacing;
  }

  private static String fingerprint(JsonNode model) {
    return model.path("sha256").asText()
        + model.path(CARD_SHA256).asText()
        + model.path(DESCRIPTION_SHA256).asText();
  }

  /**
   * Writes the file.
   *
   * @throws IOException if it cannot be written; one line that names it
   */
  void write(Path folder, State state, BatchReport report) throws IOException {
    byte[] text = Json.text(document(state, report)).getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(folder.resolve(FILE), out -> out.write(text));
  }

  private ObjectNode document(State state, BatchReport report) {
    ObjectNode document = Json.object();
    document.put("state", Json.lower(state));
    document.put("started", started.truncatedTo(ChronoUnit.SECONDS).toString());
    document.put("written", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    document.put("task", task);
    document.put("command", options.command());
    document.put(REPLACING, replacing);
    document.set(MODEL, model());
    ObjectNode values = document.putObject("parameters");
    parameters.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> values.put(e.getKey(), e.getValue()));
    document.set("environment", environment(options));
    document.setAll(Json.of(report));
    return document;
  }

  private ObjectNode model() {
    ObjectNode node = Json.object();
    node.put("name", model.name());
    node.put("sha256", model.sha256());
    String cardText = model.card().map(found -> CardMetadata.write(found).toString()).orElse("");
    node.put(CARD_SHA256, Models.sha256(cardText.getBytes(StandardCharsets.UTF_8)));
    model.card().ifPresent(card -> describe(card, node));
    model
        .bioimagePackage()
        .ifPresent(
            found -> {
              node.put(DESCRIPTION_SHA256, found.descriptionSha256());
              describe(found.description(), node);
            });
    return node;
  }

  private static void describe(ModelDescription description, ObjectNode node) {
    node.put("package_name", description.name());
    node.put("package_version", description.version());
    node.put("license", description.license());
    for (TensorDescription tensor : description.inputs()) {
      tensor.processing().forEach(step -> node.withArray("preprocessing").add(step.toString()));
    }
    for (TensorDescription tensor : description.outputs()) {
      tensor.processing().forEach(step -> node.withArray("postprocessing").add(step.toString()));
    }
  }

  private static void describe(ModelCard card, ObjectNode node) {
    node.put("card_name", card.name());
    node.put("task", Json.lower(card.task()));
    node.put("channels", Json.lower(card.preprocessing().channels()));
    node.put("normalisation", Json.lower(card.preprocessing().normalisation()));
    switch (card.preprocessing().normalisation()) {
      case PERCENTILE, PERCENTILE_DARK_GROUND -> {
        Json.put(node, "low_percentile", card.preprocessing().low());
        Json.put(node, "high_percentile", card.preprocessing().high());
      }
      case MEAN_STD -> {
        for (float mean : card.preprocessing().mean()) {
          node.withArray("mean").add(mean);
        }
        for (float std : card.preprocessing().std()) {
          node.withArray("std").add(std);
        }
      }
      case UNIT -> {
        // Nothing to add: values are divided by the maximum of their type.
      }
    }
  }

  /** Versions and machine of a run, as the manifest has them. */
  public static ObjectNode environment(RunOptions options) {
    ObjectNode node = Json.object();
    node.put("fovea", Version.string());
    node.put("java", System.getProperty("java.version"));
    node.put(
        "jvm", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    node.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    node.put("arch", System.getProperty("os.arch"));
    node.put("processors", Runtime.getRuntime().availableProcessors());
    node.put("max_heap_mib", Runtime.getRuntime().maxMemory() >> 20);
    node.put("backend", options.backend().name());
    node.put("threads", options.threads());
    node.put("runtime", options.runtime());
    node.put("seed", options.seed());
    return node;
  }
}
