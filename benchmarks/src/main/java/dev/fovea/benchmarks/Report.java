package dev.fovea.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was measured, as lines for people and as one JSON document. */
final class Report {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private record Ratio(String what, double value) {}

  private final ArrayNode results = MAPPER.createArrayNode();
  private final Map<String, List<Ratio>> ratios = new TreeMap<>();

  /**
   * Adds a comparison and prints its line.
   *
   * @param flops operations of one run, for its rate; 0 if they are not counted
   */
  void add(
      String model,
      String peer,
      int batch,
      int threads,
      SideBySide.Result r,
      double flops,
      PrintWriter to) {
    to.printf(
        "%-32s batch %d, %d thread(s): ours %9.3f ms%s, %s %9.3f ms%s, ratio %.2f +- %.2f%n",
        model,
        batch,
        threads,
        r.ours(),
        rate(flops, r.ours()),
        peer,
        r.peer(),
        rate(flops, r.peer()),
        r.ratio(),
        r.spread());
    to.flush();
    ObjectNode result =
        MAPPER
            .createObjectNode()
            .put("model", model)
            .put("peer", peer)
            .put("batch", batch)
            .put("threads", threads)
            .put("jdk", Runtime.version().feature())
            .put("ours_ms", r.ours())
            .put("peer_ms", r.peer())
            .put("ratio", r.ratio())
            .put("spread", r.spread());
    add(result);
  }

  /** Adds the results of a document that {@link #json} made, as another process printed it. */
  void addAll(String document) {
    try {
      MAPPER.readTree(document).get("results").forEach(this::add);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("expected a document of results, found " + document, e);
    }
  }

  private void add(JsonNode result) {
    results.add(result);
    String what =
        "%s, batch %d, %d thread(s)"
            .formatted(
                result.get("model").asText(),
                result.get("batch").asInt(),
                result.get("threads").asInt());
    ratios
        .computeIfAbsent(result.get("peer").asText(), p -> new ArrayList<>())
        .add(new Ratio(what, result.get("ratio").asDouble()));
  }

  private static String rate(double flops, double millis) {
    return flops == 0 ? "" : " (%5.1f GFLOP/s)".formatted(flops * 1e-6 / millis);
  }

  /** Prints a line on each peer: median and worst of all ratios. */
  void summarize(PrintWriter to) {
    ratios.forEach(
        (peer, all) -> {
          double[] sorted = all.stream().mapToDouble(Ratio::value).sorted().toArray();
          Ratio worst = all.stream().min(Comparator.comparingDouble(Ratio::value)).orElseThrow();
          to.printf(
              "%s: median of %d ratios %.2f, worst %.2f (%s)%n",
              peer, sorted.length, SideBySide.quantile(sorted, 0.5), worst.value(), worst.what());
        });
    to.flush();
  }

  /** {@code {machine, results: [{model, peer, batch, threads, jdk, ours_ms, ...}]}}. */
  String json() {
    ObjectNode document = MAPPER.createObjectNode();
    document.put("machine", Machine.description());
    document.set("results", results);
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }
}
