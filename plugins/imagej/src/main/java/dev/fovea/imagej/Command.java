package dev.fovea.imagej;

import dev.fovea.engine.image.Image;
import dev.fovea.tasks.Arguments;
import dev.fovea.tasks.ImageTask;
import dev.fovea.tasks.Parameter;
import dev.fovea.tasks.RunOptions;
import dev.fovea.tasks.TaskContext;
import dev.fovea.tasks.Version;
import ij.ImagePlus;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A command of the menu: an {@link ImageTask} on the current image, slice by slice. The task
 * declares most parameters; what only makes sense in ImageJ is added here.
 *
 * @param <P> parameters of the task
 * @param <R> what it finds in a slice
 */
abstract class Command<P, R> {
  static final String MODEL = "model";
  private static final String STACK = "stack";

  private static final Parameter STACK_PARAMETER =
      Parameter.flag("Stack (all slices)", "Work on all slices, not only on the one shown.");
  private static final Parameter OUTPUT_PARAMETER =
      Parameter.text(
          ResultFiles.OUTPUT, "", "Existing folder to save all results in; macros only.");

  private final String name;
  private final ImageTask<P, R> task;
  private final List<Parameter> ofTask;
  private final List<Parameter> shown;
  private final List<Parameter> macroOnly;

  /** What the user chose last time, as the dialog's first values. */
  private volatile Map<String, String> last = Map.of();

  /**
   * Declares a command.
   *
   * @param shown further parameters for dialogs and macros
   * @param macroOnly further parameters for macros only
   */
  Command(String name, ImageTask<P, R> task, List<Parameter> shown, List<Parameter> macroOnly) {
    this(name, task, Set.of(), shown, macroOnly);
  }

  /**
   * Declares a command.
   *
   * @param leftOut keys of parameters of the task that mean nothing in ImageJ
   * @param shown further parameters for dialogs and macros
   * @param macroOnly further parameters for macros only
   */
  Command(
      String name,
      ImageTask<P, R> task,
      Set<String> leftOut,
      List<Parameter> shown,
      List<Parameter> macroOnly) {
    this.name = name;
    this.task = task;
    this.ofTask = task.parameters().stream().filter(p -> !leftOut.contains(p.key())).toList();
    this.shown = Stream.concat(Stream.of(STACK_PARAMETER), shown.stream()).toList();
    this.macroOnly = Stream.concat(macroOnly.stream(), Stream.of(OUTPUT_PARAMETER)).toList();
  }

  final String name() {
    return name;
  }

  private List<Parameter> parameters() {
    return Stream.of(ofTask, shown, macroOnly).flatMap(List::stream).toList();
  }

  /** Shows the dialog; empty if the user cancels it. */
  final Optional<Map<String, String>> ask(ImagePlus image) {
    List<Parameter> asked =
        Stream.concat(ofTask.stream(), shown.stream())
            .filter(p -> !p.key().equals(STACK) || image.getStackSize() > 1)
            .toList();
    Optional<Map<String, String>> answer =
        ParameterDialog.ask(name + " (Fovea)", task.description(), asked, last);
    answer.ifPresent(values -> last = values);
    return answer;
  }

  /**
   * Does the work and shows what was found.
   *
   * @param given options by key; the others have their defaults
   * @return the result as a macro sees it
   * @throws IllegalArgumentException if an option, the image or the model does not fit
   */
  final String run(ImagePlus image, Map<String, String> given, TaskContext context)
      throws IOException {
    Map<String, String> options = Arguments.of(parameters(), given).values();
    Map<String, String> forTask = new LinkedHashMap<>(options);
    Stream.concat(shown.stream(), macroOnly.stream()).map(Parameter::key).forEach(forTask::remove);

    Region region = Region.of(image);
    ResultFiles files = new ResultFiles(options, Findings.name(image));
    int[] slices =
        options.get(STACK).equals("true")
            ? IntStream.rangeClosed(1, image.getStackSize()).toArray()
            : new int[] {image.getCurrentSlice()};
    Map<Integer, R> results = new TreeMap<>();
    try (ImageTask.Opened<R> opened = task.open(task.parse(forTask), runOptions(given))) {
      for (int i = 0; i < slices.length; i++) {
        Image slice = Slices.toImage(image, slices[i], region.bounds());
        TaskContext part = context.part((double) i / slices.length, (i + 1.0) / slices.length);
        results.put(slices[i], opened.run(slice, part));
      }
    }
    return show(new Findings<>(image, region, results, options, record(given)), files);
  }

  private RunOptions runOptions(Map<String, String> given) {
    RunOptions defaults = RunOptions.defaults();
    return new RunOptions(
        defaults.backend(),
        defaults.threads(),
        defaults.runtime(),
        defaults.seed(),
        macroLine(given));
  }

  /** How a result came about, to be kept with it. */
  private String record(Map<String, String> given) {
    return "Fovea: " + Version.string() + "\nCommand: " + macroLine(given) + "\n";
  }

  /** The line of a macro that repeats the command. */
  private String macroLine(Map<String, String> given) {
    return "run(\"" + name + "...\", \"" + Options.format(given) + "\");";
  }

  /**
   * Shows what was found, and saves it where the options say.
   *
   * @return the result as a macro sees it
   */
  abstract String show(Findings<R> findings, ResultFiles files) throws IOException;
}
