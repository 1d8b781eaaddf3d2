package dev.fovea.tasks.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.io.AtomicFiles;
import dev.fovea.engine.monitor.LayerState;
import dev.fovea.engine.monitor.Snapshot;
import dev.fovea.engine.monitor.TrainingHistory;
import dev.fovea.engine.monitor.TrainingRecorder;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.EpochResult;
import dev.fovea.engine.train.StepView;
import dev.fovea.engine.train.TrainingListener;
import java.awt.image.BufferedImage;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes what a training looks like into a folder, while it goes on: {@code report.html}, a page
 * that shows itself anew every few seconds; {@code events.out.tfevents.*} for TensorBoard; {@code
 * history.json}, from which a resumed training goes on. Page and history are replaced as a whole,
 * so a training that is killed leaves readable ones. Not thread-safe.
 */
public final class TrainingReport implements TrainingListener, Closeable {
  private static final long WRITE_INTERVAL = 5_000_000_000L;

  /** How many times as long as a writing took nothing is written: 2 % of the time at most. */
  private static final int PAUSE = 50;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path folder;
  private final String title;
  private final Graph graph;
  private final TrainingRecorder recorder;
  private EventFile events;
  private String place = "";
  private long nextWriting;

  /**
   * Starts a report, or goes on with one.
   *
   * @param folder is made if it is not there
   * @param title name of the model
   * @param graph the one that is trained
   * @param resume whether to go on with what is there
   * @throws IOException if the folder cannot be made, or its history cannot be read
   */
  public TrainingReport(Path folder, String title, Graph graph, boolean resume) throws IOException {
    this.folder = made(folder);
    this.title = title;
    this.graph = graph;
    Path history = history();
    this.recorder =
        new TrainingRecorder(
            graph, resume && Files.exists(history) ? read(history) : TrainingHistory.EMPTY);
  }

  private static Path made(Path folder) throws IOException {
    try {
      return Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      // Its message is nothing but the path.
      throw new IOException(folder + ": found a file, expected a folder for the report", e);
    }
  }

  private Path history() {
    return folder.resolve("history.json");
  }

  private static TrainingHistory read(Path file) throws IOException {
    try {
      return MAPPER.readValue(Files.readAllBytes(file), TrainingHistory.class);
    } catch (JsonProcessingException e) {
      throw new IOException(
          file + ": found no history of a training, expected one; delete it to start a new one", e);
    }
  }

  /** The page. */
  public Path page() {
    return folder.resolve("report.html");
  }

  @Override
  public boolean inspects(long step) {
    boolean inspects = recorder.inspects(step);
    if (events == null) {
      try {
        events = new EventFile(folder, step);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return inspects;
  }

  @Override
  public void forward(Value value, Tensor tensor) {
    recorder.forward(value, tensor);
  }

  @Override
  public void backward(Value value, Tensor gradient) {
    recorder.backward(value, gradient);
  }

  @Override
  public void inspect(StepView view) {
    recorder.inspect(view);
    Snapshot now = recorder.latest();
    note(
        file -> {
          file.scalar("train/loss", now.step(), view.loss());
          file.scalar("train/learning_rate", now.step(), now.rate());
          for (LayerState layer : now.layers()) {
            file.scalar("update_ratio/" + layer.name(), now.step(), layer.updateRatio());
            file.histogram("activations/" + layer.name(), now.step(), layer.activations());
            file.histogram("gradients/" + layer.name(), now.step(), layer.gradients());
          }
        });
  }

  @Override
  public void step(int epoch, int epochs, int step, int steps, double loss) {
    recorder.step(epoch, epochs, step, steps, loss);
    place = String.format(Locale.ROOT, "epoch %d of %d, step %d of %d", epoch, epochs, step, steps);
    if (nextWriting == 0 || System.nanoTime() - nextWriting > 0) {
      write(true, "Training: " + place + ".");
    }
  }

  @Override
  public void epoch(EpochResult result) {
    recorder.epoch(result);
    long step = (long) result.epoch() * recorder.history().stepsPerEpoch();
    note(
        file -> {
          file.scalar("train/epoch_loss", step, result.loss());
          for (var figure : result.metrics().entrySet()) {
            file.scalar("validation/" + figure.getKey(), step, figure.getValue());
          }
          Optional<BufferedImage> filters = filters();
          if (filters.isPresent()) {
            BufferedImage picture = filters.get();
            file.image(
                "first_layer",
                step,
                picture.getWidth(),
                picture.getHeight(),
                Pictures.png(picture));
          }
        });
    write(true, "Training: epoch " + result.epoch() + " is done.");
  }

  /**
   * Writes the last state of the page.
   *
   * @param outcome what became of the training, for people
   */
  public void finish(String outcome) {
    write(false, outcome + (place.isEmpty() ? "" : " Last: " + place + "."));
  }

  @FunctionalInterface
  private interface Notes {
    void writeTo(EventFile file) throws IOException;
  }

  private void note(Notes notes) {
    try {
      notes.writeTo(events);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(boolean running, String status) {
    long start = System.nanoTime();
    TrainingHistory history = recorder.history();
    String html = new ReportPage(title, history).html(running, status, filters().orElse(null));
    try {
      byte[] json = MAPPER.writeValueAsBytes(history);
      AtomicFiles.write(history(), out -> out.write(json));
      AtomicFiles.write(page(), out -> out.write(html.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long now = System.nanoTime();
    nextWriting = now + Math.max(WRITE_INTERVAL, PAUSE * (now - start));
  }

  private Optional<BufferedImage> filters() {
    return recorder
        .firstWeights()
        .map(w -> Pictures.filters(w.tensor(), graph.inputs().get(0).shape()));
  }

  @Override
  public void close() throws IOException {
    if (events != null) {
      events.close();
    }
  }
}
