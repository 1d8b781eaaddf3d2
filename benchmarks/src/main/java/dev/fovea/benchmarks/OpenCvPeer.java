package dev.fovea.benchmarks;

import dev.fovea.benchmarks.peer.Contender;
import dev.fovea.benchmarks.peer.NetworkPeer;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.util.Optional;
import nu.pattern.OpenCV;
import org.opencv.core.Core;
import org.opencv.core.CvException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.dnn.Dnn;
import org.opencv.dnn.Net;

/** The networks of OpenCV. Its number of threads is one for the whole process. */
public final class OpenCvPeer implements NetworkPeer {

  @Override
  public String name() {
    return "opencv";
  }

  @Override
  public Optional<String> unavailableBecause() {
    try {
      OpenCV.loadLocally();
      return Optional.empty();
    } catch (LinkageError | RuntimeException e) {
      return Optional.of("OpenCV cannot be loaded (" + e.getMessage() + ")");
    }
  }

  @Override
  public Contender open(String name, byte[] model, Tensor x, int threads) throws IOException {
    Core.setNumThreads(threads);
    Mat input = new Mat(x.shape().toArray(), CvType.CV_32F);
    input.put(new int[x.shape().rank()], x.toArray());
    try {
      Net net = Dnn.readNetFromONNX(new MatOfByte(model));
      net.setInput(input);
      Run run = new Run(net);
      // What it cannot read it may find out only now.
      run.run();
      return run;
    } catch (CvException e) {
      throw new IOException(name + ": OpenCV: " + e.getMessage().replaceAll("\\s+", " "), e);
    }
  }

  private static final class Run implements Contender {
    private final Net net;
    private Mat output;

    Run(Net net) {
      this.net = net;
    }

    @Override
    public void run() {
      output = net.forward();
    }

    @Override
    public float[] result() {
      float[] values = new float[Math.toIntExact(output.total())];
      output.get(new int[output.dims()], values);
      return values;
    }
  }
}
