package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.runtime.InferenceRuntime;
import dev.fovea.engine.runtime.InferenceRuntimes;
import dev.fovea.tasks.batch.BatchReport;
import dev.fovea.tasks.batch.Json;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/** {@code fovea backends}: where Fovea's engine computes, and which other runtimes are there. */
final class BackendsCommand implements Command {

  @Override
  public String name() {
    return "backends";
  }

  @Override
  public String description() {
    return "List where numbers can be computed on this machine, and why not elsewhere.";
  }

  @Override
  public void declare(CommandSpec spec) {
    // Nothing but the options of all commands.
  }

  @Override
  public int run(Invocation call) {
    ObjectNode document = Json.object();
    document.put("java", System.getProperty("java.version"));
    document.put("threads", call.options().threads());
    ArrayNode backends = document.putArray("backends");
    for (Backend backend : Backends.all()) {
      String problem = backend.unavailableBecause().orElse("");
      boolean used = backend.name().equals(call.options().backend().name());
      ObjectNode row = backends.addObject();
      row.put("name", backend.name());
      row.put("available", problem.isEmpty());
      row.put("used", used);
      // Describing itself may touch what is missing.
      String description = problem.isEmpty() ? backend.description() : "not available: " + problem;
      row.put("description", description);
      call.console()
          .print(
              String.format(
                  Locale.ROOT, "%s %-8s %s", used ? "*" : " ", backend.name(), description));
    }
    ArrayNode runtimes = document.putArray("runtimes");
    for (InferenceRuntime runtime : InferenceRuntimes.all()) {
      String problem = runtime.unavailableBecause().orElse("");
      String description = problem.isEmpty() ? runtime.description() : "not available: " + problem;
      ObjectNode row = runtimes.addObject();
      row.put("name", runtime.name());
      row.put("available", problem.isEmpty());
      row.put("description", description);
      call.console().print("  --runtime " + runtime.name() + ": " + description);
    }
    call.console().document(document);
    return BatchReport.ALL_DONE;
  }
}
