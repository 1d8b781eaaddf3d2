package dev.fovea.engine.onnx.conformance;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.fovea.engine.onnx.OnnxTensor;
import dev.fovea.engine.onnx.UnsupportedOperatorException;
import dev.fovea.engine.onnx.conformance.ConformanceResult.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A test: a folder with {@code model.onnx} and any number of folders {@code test_data_set_*}, each
 * with {@code input_0.pb}, ..., and {@code output_0.pb}, ...: tensors as protobuf messages,
 * numbered like the inputs and outputs of the graph.
 *
 * @param name its name, for people
 * @param folder where it is
 */
public record ConformanceTestCase(String name, Path folder) {

  /** The file by which a folder is a test. */
  static final String MODEL = "model.onnx";

  /** Operators that draw numbers: only shape and type of what they compute are known. */
  private static final Set<String> RANDOM =
      Set.of(
          "Bernoulli",
          "Multinomial",
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike");

  /** Runs the test; whatever goes wrong is the result. */
  public ConformanceResult run(ConformanceRunner runner) {
    List<String> operators = new ArrayList<>();
    try {
      byte[] bytes = Files.readAllBytes(folder.resolve(MODEL));
      GraphProto graph = ModelProto.parseFrom(bytes).getGraph();
      graph.getNodeList().stream().map(NodeProto::getOpType).distinct().forEach(operators::add);
      return run(runner, bytes, graph, operators);
    } catch (UnsupportedOperatorException e) {
      // Not every runner can tell which one it is.
      String operator = e.operator().isEmpty() ? String.join("+", operators) : e.operator();
      return new ConformanceResult(name, operators, Status.UNSUPPORTED, oneLine(e), operator, "");
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
      // One test must not stop the others, not even with what a model can ask for.
      return result(operators, Status.FAILED, oneLine(e), "");
    }
  }

  private ConformanceResult run(
      ConformanceRunner runner, byte[] bytes, GraphProto graph, List<String> operators)
      throws IOException {
    List<Path> sets = dataSets();
    if (sets.isEmpty()) {
      return result(operators, Status.FAILED, "found no folder test_data_set_*", "");
    }
    boolean random = operators.stream().anyMatch(RANDOM::contains);
    String way = "";
    try (ConformanceRunner.Opened model = runner.open(bytes, name)) {
      for (Path set : sets) {
        Map<String, OnnxTensor> inputs = tensors(set, "input_", graph.getInputList());
        Map<String, OnnxTensor> expected = tensors(set, "output_", graph.getOutputList());
        ConformanceRunner.Answer answer = model.run(inputs);
        way = answer.way();
        Optional<String> difference =
            Comparison.difference(List.copyOf(expected.values()), answer.outputs(), random);
        if (difference.isPresent()) {
          return result(operators, Status.FAILED, set.getFileName() + ": " + difference.get(), way);
        }
      }
    }
    return result(operators, Status.PASSED, "", way);
  }

  private ConformanceResult result(
      List<String> operators, Status status, String reason, String way) {
    return new ConformanceResult(name, operators, status, reason, "", way);
  }

  private List<Path> dataSets() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.getFileName().toString().startsWith("test_data_set_"))
          .sorted()
          .toList();
    }
  }

  /** The tensors of a data set; an input without one has its value in the model. */
  private static Map<String, OnnxTensor> tensors(
      Path set, String prefix, List<ValueInfoProto> declared) throws IOException {
    Map<String, OnnxTensor> all = new LinkedHashMap<>();
    for (int i = 0; i < declared.size(); i++) {
      Path file = set.resolve(prefix + i + ".pb");
      if (Files.exists(file)) {
        requireTensor(declared.get(i), file);
        all.put(
            declared.get(i).getName(), OnnxTensor.parse(Files.readAllBytes(file), file.toString()));
      }
    }
    return all;
  }

  /** A runner may know what cannot even be handed to it here. */
  private static void requireTensor(ValueInfoProto declared, Path file)
      throws UnsupportedOperatorException {
    TypeProto type = declared.getType();
    int elements = type.getTensorType().getElemType();
    String found =
        switch (type.getValueCase()) {
          case VALUE_NOT_SET -> "";
          case TENSOR_TYPE ->
              OnnxTensor.Type.isKnown(elements)
                  ? ""
                  : "elements of type " + TensorProto.DataType.forNumber(elements);
          default -> "a value of kind " + type.getValueCase();
        };
    if (!found.isEmpty()) {
      throw new UnsupportedOperatorException(
          file
              + ": found "
              + found
              + ", expected a tensor of integers of 8 to 64 bits, real numbers of 16 to 64 bits,"
              + " bool or string: tests with others are not run",
          "",
          null);
    }
  }

  private static String oneLine(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.lines().findFirst().orElse(message).strip();
  }
}
