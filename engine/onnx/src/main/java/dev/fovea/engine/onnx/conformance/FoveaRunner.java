package dev.fovea.engine.onnx.conformance;

import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.onnx.OnnxModel;
import java.io.IOException;

/**
 * Runs files by Fovea's engine, see {@link OnnxModel}.
 *
 * @param options where they run
 */
public record FoveaRunner(SessionOptions options) implements ConformanceRunner {

  /** How a test was computed that became a graph. */
  public static final String GRAPH = "graph";

  /** How a test was computed that ran node by node. */
  public static final String NODES = "nodes";

  @Override
  public String name() {
    return "fovea";
  }

  @Override
  public Opened open(byte[] model, String name) throws IOException {
    OnnxModel file = OnnxModel.read(model, name, options);
    return inputs -> {
      OnnxModel.Run run = file.run(inputs);
      return new Answer(run.outputs(), run.asGraph() ? GRAPH : NODES);
    };
  }
}
