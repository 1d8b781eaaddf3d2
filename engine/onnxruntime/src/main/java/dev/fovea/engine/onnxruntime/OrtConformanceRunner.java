package dev.fovea.engine.onnxruntime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import dev.fovea.engine.onnx.OnnxTensor;
import dev.fovea.engine.onnx.UnsupportedOperatorException;
import dev.fovea.engine.onnx.conformance.ConformanceRunner;
import dev.fovea.engine.onnx.conformance.SignedInputs;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts ONNX Runtime to ONNX's tests. What it says that it does not have is unsupported. */
public final class OrtConformanceRunner implements ConformanceRunner {
  /** What it says of operators, of types and of opsets that it does not have. */
  private static final Pattern UNSUPPORTED =
      Pattern.compile(
          "Could not find an implementation for"
              + "|is not a registered function/op"
              + "|No Op registered for"
              + "|Opset \\d+ is under development"
              + "|only \\*guarantees\\* support for models stamped"
              + "|[Nn]ot supported");

  /** {@code NOT_IMPLEMENTED : Could not find an implementation for Abs(13) node ...} and others. */
  private static final Pattern OPERATOR =
      Pattern.compile("(?:implementation for |No Op registered for |Fatal error: )([\\w.:]+)");

  @Override
  public String name() {
    return OnnxRuntime.NAME;
  }

  @Override
  public Opened open(byte[] model, String name) throws IOException {
    SignedInputs signed = SignedInputs.of(model, name);
    OrtNetwork network;
    try {
      network =
          OrtNetwork.open(
              name,
              1,
              (environment, options) -> environment.createSession(signed.model(), options));
    } catch (OrtException e) {
      throw refusal(name, e);
    }
    return new Opened() {
      @Override
      public Answer run(Map<String, OnnxTensor> inputs) throws IOException {
        try {
          return new Answer(network.run(signed.inputs(inputs)), "");
        } catch (OrtException e) {
          throw refusal(name, e);
        }
      }

      @Override
      public void close() {
        network.close();
      }
    };
  }

  private static IOException refusal(String name, OrtException e) {
    String line = OrtNetwork.oneLine(e);
    if (e.getCode() != OrtErrorCode.ORT_NOT_IMPLEMENTED && !UNSUPPORTED.matcher(line).find()) {
      return new IOException(name + ": " + line, e);
    }
    Matcher operator = OPERATOR.matcher(line);
    return new UnsupportedOperatorException(
        name + ": " + line, operator.find() ? operator.group(1) : "", e);
  }
}
