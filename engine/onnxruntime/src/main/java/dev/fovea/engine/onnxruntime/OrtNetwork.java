package dev.fovea.engine.onnxruntime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.fovea.engine.onnx.OnnxTensor;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A session of ONNX Runtime. What is native is closed by {@link #close}, or when the object is no
 * longer reachable; never while a run is under way, which would end the JVM. Thread-safe.
 */
final class OrtNetwork implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final int MAX_MESSAGE = 600;

  /** Makes the session. */
  interface Opener {
    OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions options)
        throws OrtException;
  }

  /** What must be closed, held apart so that the cleaner does not keep its owner alive. */
  private record Natives(OrtSession session, OrtSession.SessionOptions options)
      implements Runnable {
    @Override
    public void run() {
      try {
        closeAll(session, options);
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime cannot close: " + oneLine(e), e);
      }
    }
  }

  private final String name;
  private final OrtSession session;
  private final Map<String, NodeInfo> inputs;
  private final Cleaner.Cleanable natives;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  private OrtNetwork(
      String name,
      OrtSession session,
      OrtSession.SessionOptions options,
      Map<String, NodeInfo> inputs) {
    this.name = name;
    this.session = session;
    this.inputs = inputs;
    this.natives = CLEANER.register(this, new Natives(session, options));
  }

  static OrtNetwork open(String name, int threads, Opener opener) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    OrtSession session = null;
    OrtNetwork opened = null;
    try {
      environment.setTelemetry(false);
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      // Errors come as exceptions, too.
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      session = opener.open(environment, options);
      opened = new OrtNetwork(name, session, options, session.getInputInfo());
      return opened;
    } finally {
      if (opened == null) {
        closeAll(session, options);
      }
    }
  }

  private static void closeAll(OrtSession session, OrtSession.SessionOptions options)
      throws OrtException {
    try (options;
        session) {
      // Both are closed here, the session first.
      return;
    }
  }

  /** The names of the inputs, in the order of the model. */
  List<String> inputs() {
    return List.copyOf(inputs.keySet());
  }

  /**
   * Type and shape of an input.
   *
   * @throws IllegalStateException if it is no tensor
   */
  TensorInfo input(String input) {
    if (!(inputs.get(input).getInfo() instanceof TensorInfo info)) {
      throw new IllegalStateException(
          label("input", input) + ": found " + inputs.get(input).getInfo() + ", expected a tensor");
    }
    return info;
  }

  /** An input or output in the words of messages. */
  String label(String what, String value) {
    return name + ": " + what + " '" + value + "'";
  }

  /**
   * Runs it.
   *
   * @return copies of all outputs, in the order of the model
   * @throws IllegalStateException if it is closed, or an output is no tensor that can be held
   */
  List<OnnxTensor> run(Map<String, OnnxTensor> tensors) throws OrtException {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException(name + ": is closed");
      }
      return runOpen(tensors);
    } finally {
      lock.readLock().unlock();
      // Without this the cleaner might close the session of a run that is the last use of this.
      Reference.reachabilityFence(this);
    }
  }

  private List<OnnxTensor> runOpen(Map<String, OnnxTensor> tensors) throws OrtException {
    Map<String, ai.onnxruntime.OnnxTensor> given = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, OnnxTensor> in : tensors.entrySet()) {
        given.put(in.getKey(), OrtTensors.toNative(label("input", in.getKey()), in.getValue()));
      }
      try (OrtSession.Result result = session.run(given)) {
        List<OnnxTensor> outputs = new ArrayList<>();
        for (Map.Entry<String, OnnxValue> out : result) {
          outputs.add(OrtTensors.toHost(label("output", out.getKey()), out.getValue()));
        }
        return outputs;
      }
    } finally {
      given.values().forEach(ai.onnxruntime.OnnxTensor::close);
    }
  }

  /** Waits for runs that are under way; closing again does nothing. */
  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      closed = true;
      natives.clean();
    } finally {
      lock.writeLock().unlock();
    }
  }

  static String oneLine(Throwable e) {
    String text =
        String.valueOf(e.getMessage())
            .replaceAll("[\\p{Cntrl}\\s]+", " ")
            .replaceFirst("^Error code - \\w+ - message: ", "")
            .strip();
    return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "...";
  }
}
