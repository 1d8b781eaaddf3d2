package dev.fovea.tasks.batch;

import dev.fovea.tasks.TaskContext;
import dev.fovea.tasks.batch.FileResult.Status;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;

/**
 * Runs a job over files, one after the other; the job uses all threads by itself.
 *
 * <p>Whatever goes wrong with one file, memory that runs out included, is the failure of that file:
 * it is recorded with its reason and the next one follows. The manifest in the output folder is
 * written at the start, from time to time, and at the end, however that comes; as every output, as
 * a whole or not at all.
 */
public final class BatchRunner {
  private static final System.Logger LOG = System.getLogger(BatchRunner.class.getName());
  private static final long MANIFEST_INTERVAL = 10_000_000_000L;
  private static final int MAX_REASON = 600;

  private final Path output;
  private final boolean overwrite;
  private final Manifest manifest;
  private final BatchListener listener;
  private final TaskContext context;

  /**
   * A runner.
   *
   * @param output the output folder; made if it is not there
   * @param overwrite whether files are worked on whose outputs are there already; they are in any
   *     case if these are of another model or card
   * @param manifest what the manifest says besides the files
   * @param listener is told of every file
   * @param context progress and cancellation of the whole run
   */
  public BatchRunner(
      Path output,
      boolean overwrite,
      Manifest manifest,
      BatchListener listener,
      TaskContext context) {
    this.output = output;
    this.overwrite = overwrite;
    this.manifest = manifest;
    this.listener = listener;
    this.context = context;
  }

  /**
   * Runs a job over files.
   *
   * @throws IOException if the output folder cannot be made or written to at the start
   */
  public BatchReport run(List<InputFile> inputs, FileJob job) throws IOException {
    OutputName.makeFolder(output);
    boolean replaces = manifest.replaces(output);
    List<FileResult> results = new ArrayList<>();
    List<OutputName> good = new ArrayList<>();
    manifest.write(output, Manifest.State.RUNNING, report(inputs, false, "", results));
    Set<Path> all =
        inputs.stream()
            .map(input -> input.path().toAbsolutePath().normalize())
            .collect(Collectors.toSet());
    long written = System.nanoTime();
    boolean cancelled = false;
    for (int i = 0; i < inputs.size() && !cancelled; i++) {
      OutputName name = new OutputName(output, inputs.get(i));
      TaskContext part = context.part((double) i / inputs.size(), (double) (i + 1) / inputs.size());
      Processed processed = process(job, name, all, part, replaces);
      cancelled = processed == null;
      if (!cancelled) {
        results.add(processed.result());
        if (processed.result().status() != Status.FAILED) {
          good.add(name);
        }
        listener.file(processed.result(), processed.summary(), results.size(), inputs.size());
        if (System.nanoTime() - written > MANIFEST_INTERVAL) {
          problem(
              () ->
                  manifest.write(
                      output, Manifest.State.RUNNING, report(inputs, false, "", results)));
          written = System.nanoTime();
        }
      }
    }
    String problem = problem(() -> job.summarise(output, good));
    BatchReport report = report(inputs, cancelled, problem, results);
    Manifest.State state = cancelled ? Manifest.State.CANCELLED : Manifest.State.FINISHED;
    String unwritten = problem(() -> manifest.write(output, state, report));
    return problem.isEmpty() ? report(inputs, cancelled, unwritten, results) : report;
  }

  private static BatchReport report(
      List<InputFile> inputs, boolean cancelled, String problem, List<FileResult> results) {
    return new BatchReport(inputs.size(), cancelled, problem, results);
  }

  /** Writes something over all files. */
  private interface Writing {
    void run() throws IOException;
  }

  /** Why something could not be written; empty if it was. What is done stays done either way. */
  private static String problem(Writing writing) {
    try {
      writing.run();
      return "";
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "cannot write", e);
      return oneLine(e.getMessage());
    }
  }

  private record Processed(FileResult result, String summary) {}

  /** What became of one file; null if the user wants an end. */
  private Processed process(
      FileJob job, OutputName name, Set<Path> all, TaskContext part, boolean replaces) {
    long start = System.nanoTime();
    try {
      part.checkCancelled();
      part.progress(0, name.input().name());
      if (!overwrite && !replaces && job.isComplete(name)) {
        return new Processed(result(name, Status.SKIPPED, "outputs exist", List.of(), start), "");
      }
      refuseOverwriting(all, job, name);
      name.prepare();
      if (replaces) {
        // If this file fails now, the next run must not take them for outputs of this model.
        delete(job, name, List.of());
      }
      FileJob.Outcome outcome = job.run(name, part);
      // There may be others by a model or parameters that made more of them.
      delete(job, name, outcome.outputs());
      List<String> outputs = outcome.outputs().stream().map(Path::toString).toList();
      return new Processed(result(name, Status.DONE, "", outputs, start), outcome.summary());
    } catch (CancellationException e) {
      LOG.log(Level.DEBUG, "cancelled at {0}", name.input().path());
      return null;
    } catch (IOException | RuntimeException | Error e) {
      LOG.log(Level.DEBUG, () -> name.input().path() + " failed", e);
      return new Processed(
          result(name, Status.FAILED, reason(e, name.input()), List.of(), start), "");
    }
  }

  /** Outputs may fall among the inputs, of which none must be overwritten. */
  private static void refuseOverwriting(Set<Path> inputs, FileJob job, OutputName name)
      throws IOException {
    for (String ending : job.endings()) {
      Path file = name.file(ending);
      if (inputs.contains(file.toAbsolutePath().normalize())) {
        throw new IOException(
            name.input().path()
                + ": found its output "
                + file
                + " among the inputs, expected another output folder");
      }
    }
  }

  /** Deletes all outputs for a file but those that it has now. */
  private static void delete(FileJob job, OutputName name, List<Path> kept) throws IOException {
    for (String ending : job.endings()) {
      Path file = name.file(ending);
      if (!kept.contains(file) && name.exists(ending)) {
        try {
          Files.delete(file);
        } catch (IOException e) {
          throw new IOException(file + ": cannot delete this output of an earlier run", e);
        }
      }
    }
  }

  private static FileResult result(
      OutputName name, Status status, String reason, List<String> outputs, long start) {
    return new FileResult(
        name.input().path().toString(),
        status,
        reason,
        outputs,
        (System.nanoTime() - start) * 1e-9);
  }

  /** The reason in one line that names the file. */
  private static String reason(Throwable e, InputFile input) {
    String text;
    if (e instanceof OutOfMemoryError) {
      text =
          "out of memory, found "
              + Runtime.getRuntime().maxMemory() / (1 << 20)
              + " MiB of heap (-Xmx), expected more for this image";
    } else if (e.getMessage() == null || e.getMessage().isBlank()) {
      text = e.getClass().getSimpleName();
    } else {
      // Messages of errors are often nothing but a name.
      text = e instanceof Error ? e.toString() : e.getMessage();
    }
    String line = oneLine(text);
    String named = line.contains(input.path().toString()) ? line : input.path() + ": " + line;
    return named.length() <= MAX_REASON ? named : named.substring(0, MAX_REASON) + "...";
  }

  private static String oneLine(String text) {
    return text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
  }
}
