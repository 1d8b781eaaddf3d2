package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tasks.InspectTask;
import dev.fovea.tasks.batch.Json;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/** {@code fovea inspect}. */
final class InspectCommand extends DataCommand<InspectTask.Parameters, InspectTask.Result> {

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
    console.print("  weights   " + result.weightsHash());
    result
        .model()
        .card()
        .ifPresentOrElse(
            card -> CardText.print(card, console), () -> console.print("  no model card"));
    console.print("inputs      " + String.join(", ", result.inputs()));
    console.print("outputs     " + String.join(", ", result.outputs()));
    console.print("operators");
    result
        .operators()
        .forEach(
            (name, count) -> console.print(String.format(Locale.ROOT, "  %-20s %5d", name, count)));
    console.print(String.format(Locale.ROOT, "parameters  %,d", result.parameters()));
    console.print(
        String.format(
            Locale.ROOT,
            "one run on %s: %.1f MFLOP, %.1f MiB of activations",
            result.exampleInput(),
            result.flops() / 1e6,
            result.activationBytes() / 1048576.0));
  }

  @Override
  ObjectNode document(InspectTask.Result result) {
    ObjectNode document = Json.object();
    document.put("model", result.model().name());
    document.put("bytes", result.model().bytes());
    document.put("sha256", result.model().sha256());
    document.put("weights_hash", result.weightsHash());
    document.set("card", result.model().card().map(CardText::document).orElse(null));
    result.inputs().forEach(document.putArray("inputs")::add);
    result.outputs().forEach(document.putArray("outputs")::add);
    ObjectNode operators = document.putObject("operators");
    result.operators().forEach(operators::put);
    document.put("parameters", result.parameters());
    document.put("example_input", result.exampleInput().toString());
    document.put("flops", result.flops());
    document.put("activation_bytes", result.activationBytes());
    return document;
  }
}
