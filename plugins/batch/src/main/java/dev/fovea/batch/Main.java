package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tasks.AttackTask;
import dev.fovea.tasks.ClassifyTask;
import dev.fovea.tasks.DetectTask;
import dev.fovea.tasks.DreamTask;
import dev.fovea.tasks.ExplainTask;
import dev.fovea.tasks.InsideTask;
import dev.fovea.tasks.InvertTask;
import dev.fovea.tasks.PredictTask;
import dev.fovea.tasks.SegmentTask;
import dev.fovea.tasks.StyleTransferTask;
import dev.fovea.tasks.StylizeTask;
import dev.fovea.tasks.TextureTask;
import dev.fovea.tasks.TrainDetectorTask;
import dev.fovea.tasks.TrainSegmenterTask;
import dev.fovea.tasks.TrainStyleTask;
import dev.fovea.tasks.Version;
import dev.fovea.tasks.batch.AttackFiles;
import dev.fovea.tasks.batch.BatchReport;
import dev.fovea.tasks.batch.ClassifyFiles;
import dev.fovea.tasks.batch.DetectFiles;
import dev.fovea.tasks.batch.ExplainFiles;
import dev.fovea.tasks.batch.InsideFiles;
import dev.fovea.tasks.batch.Json;
import dev.fovea.tasks.batch.MadePictureFiles;
import dev.fovea.tasks.batch.PredictFiles;
import dev.fovea.tasks.batch.SegmentFiles;
import dev.fovea.tasks.batch.StyleTransferFiles;
import dev.fovea.tasks.batch.StylizeFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The command line. Exit codes: 0 all done, 1 some files failed or the user ended the run, 2 a
 * mistake in the command, 3 nothing succeeded.
 */
public final class Main {
  private static final System.Logger LOG = System.getLogger(Main.class.getName());
  private static final String PROGRAM = "fovea";

  private static final List<Command> COMMANDS =
      List.of(
          new DemoCommand(),
          new BatchCommand<>(new SegmentTask(), SegmentFiles::new),
          new BatchCommand<>(new DetectTask(), DetectFiles::new),
          new BatchCommand<>(new ClassifyTask(), ClassifyFiles::new),
          new BatchCommand<>(new ExplainTask(), ExplainFiles::new),
          new BatchCommand<>(new InsideTask(), InsideFiles::new),
          new EmbedCommand(),
          new BatchCommand<>(new DreamTask(), task -> new MadePictureFiles("dream", task)),
          new BatchCommand<>(new InvertTask(), task -> new MadePictureFiles("inverted", task)),
          new BatchCommand<>(new TextureTask(), task -> new MadePictureFiles("texture", task)),
          new BatchCommand<>(new PredictTask(), PredictFiles::new),
          new BatchCommand<>(new AttackTask(), AttackFiles::new),
          new BatchCommand<>(new StylizeTask(), StylizeFiles::new),
          new BatchCommand<>(new StyleTransferTask(), StyleTransferFiles::new),
          new TrainClassifierCommand(),
          new TrainCommand<>(new TrainSegmenterTask()),
          new TrainCommand<>(new TrainDetectorTask()),
          new TrainCommand<>(new TrainStyleTask()),
          new BaselineCommand(),
          new SearchCommand(),
          new EvaluateCommand(),
          new RobustnessCommand(),
          new ConvertCommand(),
          new ModelsCommand(),
          new ModelsGetCommand(),
          new CheckPackageCommand(),
          new InspectCommand(),
          new CardCommand(),
          new ExportCommand(),
          new CheckGradientsCommand(),
          new ConformanceCommand(),
          new BackendsCommand());

  private Main() {}

  /** Runs a command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    // What is printed is UTF-8 wherever it goes: JSON must be, and file names need it.
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    Interruption interruption = Interruption.install();
    int code;
    try {
      code = run(args, out, err, ProgressView.onTerminal(), interruption::requested);
    } finally {
      out.flush();
      err.flush();
      interruption.finished();
    }
    System.exit(code);
  }

  /**
   * Runs a command.
   *
   * @param args command and options
   * @param out standard output
   * @param err the error stream
   * @return the exit code
   */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return run(args, out, err, false, () -> false);
  }

  static int run(
      String[] args,
      PrintStream out,
      PrintStream err,
      boolean terminal,
      BooleanSupplier cancelled) {
    Map<CommandSpec, Command> commands = new LinkedHashMap<>();
    CommandLine line = commandLine(commands);
    // Before parsing, as that may fail.
    Console console = new Console(out, err, Arrays.asList(args).contains(GlobalOptions.JSON));
    List<ParseResult> chain;
    try {
      chain = chain(line.parseArgs(args));
    } catch (ParameterException e) {
      return usage(firstLine(e), helpFor(e.getCommandLine().getCommandSpec()), console);
    }
    ParseResult last = chain.get(chain.size() - 1);
    CommandSpec spec = last.commandSpec();
    if (last.isUsageHelpRequested()) {
      spec.commandLine().usage(out);
      return BatchReport.ALL_DONE;
    }
    if (last.isVersionHelpRequested()) {
      out.println(PROGRAM + " " + Version.string());
      return BatchReport.ALL_DONE;
    }
    Command command = commands.get(spec);
    if (command == null) {
      return usage("expected a command", helpFor(spec), console);
    }
    return run(command, chain, args, console, terminal, cancelled);
  }

  private static int run(
      Command command,
      List<ParseResult> chain,
      String[] args,
      Console console,
      boolean terminal,
      BooleanSupplier cancelled) {
    ParseResult last = chain.get(chain.size() - 1);
    try {
      return command.run(
          new Invocation(
              last, GlobalOptions.of(chain, commandText(args)), console, terminal, cancelled));
    } catch (CancellationException e) {
      return fail(BatchReport.SOME_FAILED, e.getMessage(), console);
    } catch (IllegalArgumentException e) {
      LOG.log(Level.DEBUG, "usage", e);
      return usage(firstLine(e), helpFor(last.commandSpec()), console);
    } catch (IOException | RuntimeException | Error e) {
      // Errors too: an uncaught one would end the JVM with 1, which means that something was done.
      LOG.log(Level.DEBUG, "failed", e);
      return fail(BatchReport.NONE_SUCCEEDED, firstLine(e), console);
    }
  }

  private static int usage(String problem, String help, Console console) {
    return fail(BatchReport.USAGE, problem + " (see: " + help + ")", console);
  }

  private static int fail(int code, String problem, Console console) {
    console.note(PROGRAM + ": " + problem);
    ObjectNode document = Json.object();
    document.put("error", problem);
    console.document(document);
    return code;
  }

  private static String firstLine(Throwable e) {
    String message = e.getMessage();
    if (e instanceof InvalidPathException) {
      return "found no file name: " + message;
    }
    if (e instanceof OutOfMemoryError) {
      return "out of memory; give Java more with FOVEA_OPTS=-Xmx...";
    }
    if (message == null || message.isBlank()) {
      return e.getClass().getSimpleName();
    }
    if (e instanceof Error) {
      return e.toString();
    }
    return message.lines().findFirst().orElse(message).strip();
  }

  private static String helpFor(CommandSpec spec) {
    return spec.qualifiedName() + " --help";
  }

  /** The commands from the outermost to the innermost. */
  private static List<ParseResult> chain(ParseResult outermost) {
    List<ParseResult> chain = new ArrayList<>();
    for (ParseResult part = outermost; part != null; part = part.subcommand()) {
      chain.add(part);
    }
    return chain;
  }

  private static CommandLine commandLine(Map<CommandSpec, Command> commands) {
    CommandSpec root = spec("Deep vision for ImageJ and Java.");
    root.name(PROGRAM);
    Map<String, CommandSpec> groups = new LinkedHashMap<>();
    for (Command command : COMMANDS) {
      CommandSpec spec = spec(command.description());
      command.declare(spec);
      commands.put(spec, command);
      List<String> words = List.of(command.name().split(" ", -1));
      CommandSpec parent = root;
      if (words.size() > 1) {
        parent =
            groups.computeIfAbsent(
                words.get(0),
                name -> {
                  CommandLine single = root.subcommands().get(name);
                  if (single != null) {
                    // A command by itself, too.
                    return single.getCommandSpec();
                  }
                  CommandSpec group = spec("Train a network on your images.");
                  root.addSubcommand(name, group);
                  return group;
                });
      }
      parent.addSubcommand(words.get(words.size() - 1), spec);
    }
    return new CommandLine(root);
  }

  private static CommandSpec spec(String description) {
    CommandSpec spec = CommandSpec.create().mixinStandardHelpOptions(true);
    spec.usageMessage().description(description);
    spec.usageMessage().abbreviateSynopsis(true).sortOptions(false);
    GlobalOptions.addTo(spec);
    return spec;
  }

  /** The command as one could type it again. */
  private static String commandText(String[] args) {
    return Arrays.stream(args)
        .map(arg -> arg.matches("[\\w@%+=:,./~-]+") ? arg : "'" + arg.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" ", PROGRAM + " ", ""));
  }
}
