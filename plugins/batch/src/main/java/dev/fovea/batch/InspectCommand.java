package dev.fovea.batch;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.tasks.InspectTask;
import dev.fovea.tasks.Model;
import dev.fovea.tasks.batch.Json;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/** {@code fovea inspect}. */
final class InspectCommand extends DataCommand<InspectTask.Parameters, InspectTask.Result> {

  private static final double MIB = 1 << 20;

  InspectCommand() {
    super(new InspectTask());
  }

  @Override
  public void declare(CommandSpec spec) {
    declareWithPositional(spec);
  }

  @Override
  void print(InspectTask.Result result, Console console) {
    console.print(result.model().name());
    console.print("  bytes     " + result.model().bytes());
    console.print("  sha256    " + result.model().sha256());
    result.costs().ifPresent(costs -> console.print("  weights   " + costs.weightsHash()));
    console.print("  opset     " + result.opset());
    describe(result.model(), console);
    console.print("inputs      " + String.join(", ", result.inputs()));
    console.print("outputs     " + String.join(", ", result.outputs()));
    operators(result, console);
    console.print(format("parameters  %,d", result.parameters()));
    result.costs().ifPresent(costs -> costs(costs, console));
    result.warnings().forEach(warning -> console.print("! " + warning));
    if (!result.plan().isEmpty()) {
      plan(result, console);
    }
  }

  private static void plan(InspectTask.Result result, Console console) {
    int width = result.plan().stream().mapToInt(n -> n.name().length()).max().orElse(0);
    String row = "%-" + width + "s  %-18s  %-9s  %-22s  %10s  %10s  %4s";
    console.print(format(row, "node", "operator", "algorithm", "output", "MFLOP", "KiB", "slot"));
    for (InspectTask.PlannedNode n : result.plan()) {
      console.print(
          format(
              row,
              n.name(),
              n.operator(),
              n.algorithm(),
              n.output(),
              format("%,.2f", n.flops() / 1e6),
              format("%,.1f", n.bytes() / 1024.0),
              n.slot()));
    }
  }

  private static void describe(Model model, Console console) {
    model.card().ifPresent(card -> CardText.print(card, console));
    model.bioimagePackage().ifPresent(found -> PackageText.print(found.description(), console));
    if (model.card().isEmpty() && model.bioimagePackage().isEmpty()) {
      console.print("  no model card (see: fovea card --help)");
    }
  }

  private static void operators(InspectTask.Result result, Console console) {
    int width = result.operators().stream().mapToInt(o -> o.name().length()).max().orElse(0);
    String name = "%-" + Math.max(width, "operator".length()) + "s  %6s";
    if (result.costs().isEmpty()) {
      console.print(format(name, "operator", "nodes"));
      result.operators().forEach(o -> console.print(format(name, o.name(), o.nodes())));
      return;
    }
    String row = name + "  %12s  %12s  %6s";
    long all = Math.max(1, result.costs().get().flops());
    console.print(format(row, "operator", "nodes", "parameters", "MFLOP", "share"));
    for (InspectTask.Operator o : result.operators()) {
      console.print(
          format(
              row,
              o.name(),
              o.nodes(),
              format("%,d", o.parameters()),
              format("%,.2f", o.flops() / 1e6),
              format("%.1f %%", 100.0 * o.flops() / all)));
    }
  }

  private static void costs(InspectTask.Costs costs, Console console) {
    console.print(
        format(
            "one run on %s: %,.2f MFLOP, in %d nodes after folding and fusing",
            costs.inputs().stream().map(Shape::toString).collect(joining(", ")),
            costs.flops() / 1e6,
            costs.nodes()));
    console.print(
        format(
            "memory      %.1f MiB of weights, %.1f MiB of packed ones, %.1f MiB of activations (%.1f"
                + " without sharing)",
            costs.weightBytes() / MIB,
            costs.packedBytes() / MIB,
            costs.activationBytes() / MIB,
            costs.unsharedBytes() / MIB));
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  @Override
  ObjectNode document(InspectTask.Result result) {
    ObjectNode document = Json.object();
    document.put("model", result.model().name());
    document.put("bytes", result.model().bytes());
    document.put("sha256", result.model().sha256());
    document.put("opset", result.opset());
    document.set("card", result.model().card().map(CardText::document).orElse(null));
    result
        .model()
        .bioimagePackage()
        .ifPresent(found -> document.set("package", PackageText.document(found.description())));
    result.inputs().forEach(document.putArray("inputs")::add);
    result.outputs().forEach(document.putArray("outputs")::add);
    ObjectNode operators = document.putObject("operators");
    result.operators().forEach(o -> operators.put(o.name(), o.nodes()));
    document.put("parameters", result.parameters());
    document.put("runs", result.costs().isPresent());
    result.costs().ifPresent(costs -> costs(costs, result, document));
    result.warnings().forEach(document.putArray("warnings")::add);
    if (!result.plan().isEmpty()) {
      plan(result, document.putArray("plan"));
    }
    return document;
  }

  private static void plan(InspectTask.Result result, ArrayNode plan) {
    for (InspectTask.PlannedNode n : result.plan()) {
      plan.addObject()
          .put("node", n.name())
          .put("operator", n.operator())
          .put("algorithm", n.algorithm())
          .put("output", n.output().toString())
          .put("flops", n.flops())
          .put("bytes", n.bytes())
          .put("slot", n.slot());
    }
  }

  private static void costs(
      InspectTask.Costs costs, InspectTask.Result result, ObjectNode document) {
    document.put("weights_hash", costs.weightsHash());
    costs.inputs().stream()
        .findFirst()
        .ifPresent(shape -> document.put("example_input", shape.toString()));
    document.put("run_nodes", costs.nodes());
    document.put("flops", costs.flops());
    document.put("weight_bytes", costs.weightBytes());
    document.put("packed_weight_bytes", costs.packedBytes());
    document.put("activation_bytes", costs.activationBytes());
    document.put("unshared_activation_bytes", costs.unsharedBytes());
    ArrayNode table = document.putArray("operator_costs");
    for (InspectTask.Operator o : result.operators()) {
      table
          .addObject()
          .put("operator", o.name())
          .put("nodes", o.nodes())
          .put("parameters", o.parameters())
          .put("flops", o.flops());
    }
  }
}
