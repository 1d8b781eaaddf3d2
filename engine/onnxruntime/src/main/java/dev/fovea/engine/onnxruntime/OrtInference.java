package dev.fovea.engine.onnxruntime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A session of ONNX Runtime. What is native is closed by {@link #close}, or when the object is no
 * longer reachable; never while a run is under way, which would end the JVM.
 */
final class OrtInference implements Inference {
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
      try (options) {
        session.close();
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

  private OrtInference(
      String name,
      OrtSession session,
      OrtSession.SessionOptions options,
      Map<String, NodeInfo> inputs) {
    this.name = name;
    this.session = session;
    this.inputs = inputs;
    this.natives = CLEANER.register(this, new Natives(session, options));
  }

  static OrtInference open(String name, int threads, Opener opener) throws IOException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    OrtSession session = null;
    OrtInference opened = null;
    try {
      environment.setTelemetry(false);
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      session = opener.open(environment, options);
      opened = new OrtInference(name, session, options, session.getInputInfo());
      return opened;
    } catch (OrtException e) {
      throw new IOException(name + ": ONNX Runtime cannot read it: " + oneLine(e), e);
    } finally {
      if (opened == null) {
        closeAll(session, options);
      }
    }
  }

  private static void closeAll(OrtSession session, OrtSession.SessionOptions options)
      throws IOException {
    try (options;
        session) {
      // Both are closed here, the session first.
      return;
    } catch (OrtException e) {
      throw new IOException("ONNX Runtime cannot close: " + oneLine(e), e);
    }
  }

  @Override
  public List<Tensor> forward(Tensor... tensors) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException(name + ": is closed");
      }
      return run(tensors);
    } catch (OrtException e) {
      throw new IllegalStateException(name + ": ONNX Runtime: " + oneLine(e), e);
    } finally {
      lock.readLock().unlock();
      // Without this the cleaner might close the session of a run that is the last use of this.
      Reference.reachabilityFence(this);
    }
  }

  private List<Tensor> run(Tensor... tensors) throws OrtException {
    if (tensors.length != inputs.size()) {
      throw new IllegalArgumentException(
          name + ": found " + tensors.length + " inputs, expected " + inputs.keySet());
    }
    Map<String, OnnxTensor> natives = new LinkedHashMap<>();
    try {
      int i = 0;
      for (Map.Entry<String, NodeInfo> in : inputs.entrySet()) {
        String label = name + ": input '" + in.getKey() + "'";
        if (!(in.getValue().getInfo() instanceof TensorInfo info)) {
          throw new IllegalStateException(
              label + ": found " + in.getValue().getInfo() + ", expected a tensor");
        }
        requireShape(label, info, tensors[i]);
        natives.put(in.getKey(), OrtTensors.toNative(label, info, tensors[i++]));
      }
      try (OrtSession.Result result = session.run(natives)) {
        List<Tensor> outputs = new ArrayList<>();
        for (Map.Entry<String, OnnxValue> out : result) {
          outputs.add(OrtTensors.toHost(name + ": output '" + out.getKey() + "'", out.getValue()));
        }
        return outputs;
      }
    } finally {
      natives.values().forEach(OnnxTensor::close);
    }
  }

  /** Here and not in ONNX Runtime, which has other words for it. */
  private static void requireShape(String label, TensorInfo info, Tensor t) {
    long[] expected = info.getShape();
    boolean fits = expected.length == t.shape().rank();
    for (int d = 0; fits && d < expected.length; d++) {
      fits = expected[d] < 0 || expected[d] == t.shape().dim(d);
    }
    if (!fits) {
      throw new IllegalArgumentException(
          label
              + ": found "
              + t.shape()
              + ", expected "
              + Arrays.toString(expected)
              + " (-1 is any)");
    }
  }

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
    String text = String.valueOf(e.getMessage()).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "...";
  }
}
