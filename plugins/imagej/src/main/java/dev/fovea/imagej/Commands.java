package dev.fovea.imagej;

import ij.IJ;
import ij.ImagePlus;
import ij.Macro;
import ij.WindowManager;
import ij.macro.Interpreter;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;

/**
 * Runs commands on the current image; called by name from {@code Fovea}, which loads on any Java.
 * The only place where failures become messages.
 */
public final class Commands {
  private static final List<Command<?, ?>> ALL =
      List.of(
          new SegmentCommand(), new DetectCommand(), new ClassifyCommand(), new ExplainCommand());

  private static final String TITLE = "Fovea";
  private static final String ERROR = "ERROR: ";

  private Commands() {}

  /**
   * Runs a command from the menu or by {@code run} in a macro. A failure aborts the macro.
   *
   * @param name of the command
   */
  public static void runFromMenu(String name) {
    try {
      Command<?, ?> command = named(name);
      ImagePlus image = currentImage();
      String options = Macro.getOptions();
      if (options != null || GraphicsEnvironment.isHeadless() || isUnattended()) {
        run(command, image, parse(options == null ? "" : options));
        return;
      }
      Optional<Map<String, String>> answer = command.ask(image);
      if (answer.isPresent()) {
        run(command, image, answer.get());
      }
    } catch (CancellationException e) {
      cancelled(name);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      abort(message(e));
    }
  }

  /**
   * Runs a command by {@code call} in a macro.
   *
   * @param name of the command
   * @param options of the command
   * @return its result, or {@code "ERROR: "} and a reason
   */
  public static String runFromCall(String name, String options) {
    try {
      return run(named(name), currentImage(), parse(options));
    } catch (CancellationException e) {
      return failed(cancellation(name));
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      return failed(message(e));
    }
  }

  private static Command<?, ?> named(String name) {
    return ALL.stream()
        .filter(command -> command.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "command '"
                        + name
                        + "': expected one of "
                        + ALL.stream().map(Command::name).collect(Collectors.joining(", "))));
  }

  private static ImagePlus currentImage() {
    ImagePlus image = WindowManager.getCurrentImage();
    if (image == null) {
      throw new IllegalArgumentException("there is no image open, expected one to work on");
    }
    return image;
  }

  private static Map<String, String> parse(String options) {
    Interpreter macro = Interpreter.getInstance();
    return Options.parse(options, name -> macro == null ? null : macro.getVariableAsString(name));
  }

  private static String run(Command<?, ?> command, ImagePlus image, Map<String, String> options)
      throws IOException {
    BackendNotice.logOnce();
    if (!image.lock()) {
      throw new IllegalArgumentException(
          "image '" + image.getTitle() + "' is in use by another command");
    }
    try {
      return command.run(image, options, new StatusLine(command.name()));
    } finally {
      image.unlock();
      StatusLine.clear();
    }
  }

  /**
   * The escape key has ended a macro already, too; but if one goes on, it must not without a
   * result.
   */
  private static void cancelled(String name) {
    IJ.showStatus(cancellation(name));
    if (Interpreter.getInstance() != null) {
      abort(cancellation(name));
    }
  }

  private static String cancellation(String name) {
    return name + " was cancelled";
  }

  /** A failure in one line; what is not the user's to mend is written to the log in full. */
  private static String message(Throwable failure) {
    if (failure instanceof OutOfMemoryError) {
      return "not enough memory; give ImageJ more in Edit > Options > Memory & Threads,"
          + " or use a smaller tile";
    }
    boolean explained =
        failure instanceof IOException || failure instanceof IllegalArgumentException;
    if (!explained) {
      IJ.handleException(failure);
    }
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }

  private static String failed(String message) {
    IJ.log(ERROR + message);
    return ERROR + message;
  }

  /** Whether a macro runs without the ImageJ window ({@code -batch}): nobody answers a dialog. */
  private static boolean isUnattended() {
    return IJ.getInstance() == null && Interpreter.getInstance() != null;
  }

  private static void abort(String message) {
    if (!isUnattended()) {
      IJ.error(TITLE, message);
      return;
    }
    // IJ.error would wait for ever on its dialog.
    failed(message);
    Interpreter macro = Interpreter.getInstance();
    macro.setIgnoreErrors(true);
    macro.abort(message);
  }
}
