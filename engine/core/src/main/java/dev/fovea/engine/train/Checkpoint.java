package dev.fovea.engine.train;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.io.AtomicFiles;
import dev.fovea.engine.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;

/**
 * The state of a training in a file: written as a whole or not at all, checked by a CRC when read.
 * Holds nothing but numbers and names; reading one never runs code.
 */
final class Checkpoint {

  private static final int MAGIC = 0x464F5643;
  private static final int VERSION = 2;

  /** Where the training stands. */
  static final class Position {
    int epoch;
    int step;
    double lossSum;
    double secondsInEpoch;
    int bestEpoch;
    double bestFigure = Double.NEGATIVE_INFINITY;
    double firstLoss = Double.NaN;
    final List<EpochResult> history = new ArrayList<>();
  }

  /**
   * What a checkpoint keeps, beside the position.
   *
   * @param graph with all its tensors
   * @param optimizer with its state
   * @param average of the weights
   * @param best the tensors of the best epoch
   */
  record State(Graph graph, Optimizer optimizer, WeightAverage average, List<Tensor> best) {}

  private Checkpoint() {}

  static void write(Path file, String fingerprint, Position at, State state) throws IOException {
    AtomicFiles.write(
        file,
        out -> {
          CRC32 crc = new CRC32();
          DataOutputStream d = new DataOutputStream(new CheckedOutputStream(out, crc));
          d.writeInt(MAGIC);
          d.writeInt(VERSION);
          d.writeUTF(fingerprint);
          d.writeInt(at.epoch);
          d.writeInt(at.step);
          d.writeDouble(at.lossSum);
          d.writeDouble(at.secondsInEpoch);
          d.writeInt(at.bestEpoch);
          d.writeDouble(at.bestFigure);
          d.writeDouble(at.firstLoss);
          d.writeInt(at.history.size());
          for (EpochResult r : at.history) {
            writeResult(d, r);
          }
          d.writeLong(state.optimizer.steps());
          d.writeLong(state.average.count());
          for (List<Tensor> tensors : tensors(state)) {
            writeTensors(d, tensors);
          }
          d.writeLong(crc.getValue());
          d.flush();
        });
  }

  /**
   * Reads a checkpoint into a state that fits it.
   *
   * @return where the training stood
   * @throws IOException if the file is damaged or of another training; the state is then as it was
   */
  static Position read(Path file, String fingerprint, State state) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    checkCrc(file, bytes);
    DataInputStream d = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      if (d.readInt() != MAGIC || d.readInt() != VERSION) {
        throw new IOException(
            file
                + ": expected a training checkpoint of version "
                + VERSION
                + ", found something else");
      }
      String found = d.readUTF();
      if (!found.equals(fingerprint)) {
        throw new IOException(
            file
                + ": checkpoint of another training; expected '"
                + fingerprint
                + "', found '"
                + found
                + "'");
      }
      Position at = new Position();
      at.epoch = d.readInt();
      at.step = d.readInt();
      at.lossSum = d.readDouble();
      at.secondsInEpoch = d.readDouble();
      at.bestEpoch = d.readInt();
      at.bestFigure = d.readDouble();
      at.firstLoss = d.readDouble();
      for (int n = d.readInt(); n > 0; n--) {
        at.history.add(readResult(d));
      }
      long steps = d.readLong();
      long averaged = d.readLong();
      List<Runnable> restorations = new ArrayList<>();
      for (List<Tensor> tensors : tensors(state)) {
        readTensors(file, bytes, d, tensors, restorations);
      }
      // Only now that all of them fit.
      restorations.forEach(Runnable::run);
      state.optimizer.setSteps(steps);
      state.average.setCount(averaged);
      return at;
    } catch (EOFException e) {
      throw new IOException(file + ": checkpoint of another network, it ends too early", e);
    }
  }

  private static List<List<Tensor>> tensors(State s) {
    return List.of(s.optimizer.state(), tensors(s.graph), s.average.state(), s.best);
  }

  /** All tensors of the model, running statistics included. */
  static List<Tensor> tensors(Graph graph) {
    return graph.values().stream().map(Value::tensor).filter(t -> t != null).toList();
  }

  private static void checkCrc(Path file, byte[] bytes) throws IOException {
    int body = bytes.length - Long.BYTES;
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, Math.max(body, 0));
    if (body < 0 || ByteBuffer.wrap(bytes).getLong(body) != crc.getValue()) {
      throw new IOException(
          file + ": damaged checkpoint (" + bytes.length + " bytes, checksum differs)");
    }
  }

  private static void writeResult(DataOutputStream d, EpochResult r) throws IOException {
    d.writeInt(r.epoch());
    d.writeDouble(r.loss());
    d.writeDouble(r.seconds());
    d.writeInt(r.metrics().size());
    for (Map.Entry<String, Double> m : r.metrics().entrySet()) {
      d.writeUTF(m.getKey());
      d.writeDouble(m.getValue());
    }
  }

  private static EpochResult readResult(DataInputStream d) throws IOException {
    int epoch = d.readInt();
    double loss = d.readDouble();
    double seconds = d.readDouble();
    Map<String, Double> metrics = new TreeMap<>();
    for (int n = d.readInt(); n > 0; n--) {
      String name = d.readUTF();
      metrics.put(name, d.readDouble());
    }
    return new EpochResult(epoch, loss, metrics, seconds);
  }

  private static void writeTensors(DataOutputStream d, List<Tensor> tensors) throws IOException {
    d.writeInt(tensors.size());
    for (Tensor t : tensors) {
      d.writeInt(t.size());
      ByteBuffer b = ByteBuffer.allocate(Float.BYTES * t.size());
      b.asFloatBuffer().put(t.array(), t.offset(), t.size());
      d.write(b.array());
    }
  }

  private static void readTensors(
      Path file, byte[] bytes, DataInputStream d, List<Tensor> tensors, List<Runnable> restorations)
      throws IOException {
    int count = d.readInt();
    if (count != tensors.size()) {
      throw new IOException(file + ": expected " + tensors.size() + " tensors, found " + count);
    }
    for (Tensor t : tensors) {
      int size = d.readInt();
      if (size != t.size()) {
        throw new IOException(
            file + ": expected " + t.size() + " elements for " + t + ", found " + size);
      }
      int at = bytes.length - d.available();
      d.skipNBytes((long) Float.BYTES * size);
      restorations.add(
          () ->
              ByteBuffer.wrap(bytes, at, Float.BYTES * size)
                  .asFloatBuffer()
                  .get(t.array(), t.offset(), size));
    }
  }
}
