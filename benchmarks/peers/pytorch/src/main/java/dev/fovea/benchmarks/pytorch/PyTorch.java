package dev.fovea.benchmarks.pytorch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import dev.fovea.benchmarks.peer.Contender;
import dev.fovea.benchmarks.peer.NetworkPeer;
import dev.fovea.benchmarks.peer.TrainingNet;
import dev.fovea.benchmarks.peer.TrainingPeer;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.util.Optional;

/** PyTorch by the Deep Java Library. Its number of threads is one for the whole process. */
public final class PyTorch implements NetworkPeer, TrainingPeer {

  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public Optional<String> unavailableBecause() {
    // The library reports how it is used, unless it is told not to.
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    try {
      Engine.getEngine("PyTorch");
      return Optional.empty();
    } catch (EngineException | LinkageError e) {
      return Optional.of("its native library cannot be loaded (" + e.getMessage() + ")");
    }
  }

  @Override
  public Contender open(String name, byte[] model, Tensor x, int threads) throws IOException {
    JniUtils.setNumThreads(threads);
    JniUtils.setGradMode(false);
    return new Forward(Networks.named(name), x);
  }

  @Override
  public boolean sameWeights() {
    return false;
  }

  @Override
  public Contender open(TrainingNet net, float[] x, int[] classes, int threads) {
    JniUtils.setNumThreads(threads);
    return new Training(net, x, classes);
  }
}
