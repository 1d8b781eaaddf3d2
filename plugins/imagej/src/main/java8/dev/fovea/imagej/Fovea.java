package dev.fovea.imagej;

import ij.IJ;
import ij.plugin.PlugIn;
import java.awt.GraphicsEnvironment;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * The door between ImageJ and Fovea: what the commands in <i>Plugins &gt; Fovea</i> and macros
 * call.
 *
 * <p>This class is compiled for Java 8, which an old Fiji still runs on, and names no newer class,
 * so that it can always be loaded to say what is missing. The work is done behind it, in classes
 * for Java 17 that are found by name.
 *
 * <p>In a macro that runs without a display:
 *
 * <pre>{@code
 * call("ij.Macro.open", "/data/nuclei.tif");
 * result = call("dev.fovea.imagej.Fovea.run", "Segment", "model=nuclei save=/data/labels.tif");
 * if (startsWith(result, "ERROR: ")) exit(result);
 * }</pre>
 */
public final class Fovea implements PlugIn {
  static final int NEEDED_JAVA = 17;

  private static final String COMMANDS = "dev.fovea.imagej.Commands";

  /** Called by ImageJ. */
  public Fovea() {}

  /**
   * Runs a command on the current image, with a dialog or, in a macro, with the options of {@code
   * run("...", options)}.
   *
   * @param command {@code Segment}, {@code Detect}, {@code Classify} or {@code Explain}
   */
  @Override
  public void run(String command) {
    String complaint = complaint(System.getProperty("java.specification.version"));
    if (complaint == null) {
      invoke("runFromMenu", command);
      return;
    }
    IJ.log("ERROR: " + complaint);
    // In a batch, which has no ImageJ window, a dialog would wait for ever.
    if (IJ.getInstance() != null && !GraphicsEnvironment.isHeadless()) {
      IJ.error("Fovea", complaint);
    }
  }

  /**
   * Runs a command on the current image without any dialog, as {@code
   * call("dev.fovea.imagej.Fovea.run", command, options)} in a macro does; works headless.
   *
   * @param command {@code Segment}, {@code Detect}, {@code Classify} or {@code Explain}
   * @param options the same as of {@code run("...", options)}: {@code key=value} and bare keywords,
   *     values with spaces in {@code [ ]}
   * @return what the guide says of the command, or {@code "ERROR: "} and the reason in one line,
   *     which is also written to the log
   */
  public static String run(String command, String options) {
    String complaint = complaint(System.getProperty("java.specification.version"));
    if (complaint == null) {
      return (String) invoke("runFromCall", command, options);
    }
    IJ.log("ERROR: " + complaint);
    return "ERROR: " + complaint;
  }

  /** Why Fovea cannot run on a version of Java, such as "1.8"; null if it can. */
  static String complaint(String version) {
    String feature = version.startsWith("1.") ? version.substring(2) : version;
    if (Integer.parseInt(feature) >= NEEDED_JAVA) {
      return null;
    }
    return "Fovea needs Java "
        + NEEDED_JAVA
        + " or newer, but ImageJ runs on Java "
        + feature
        + ". Use Fiji-Latest, or start ImageJ with a newer Java.";
  }

  private static Object invoke(String method, String... arguments) {
    Class<?>[] types = new Class<?>[arguments.length];
    Arrays.fill(types, String.class);
    try {
      return Class.forName(COMMANDS, true, Fovea.class.getClassLoader())
          .getMethod(method, types)
          .invoke(null, (Object[]) arguments);
    } catch (InvocationTargetException e) {
      // The exception that aborts a macro must reach ImageJ as it is.
      Throwable cause = e.getCause();
      if (cause instanceof RuntimeException) {
        throw (RuntimeException) cause;
      }
      if (cause instanceof Error) {
        throw (Error) cause;
      }
      throw new IllegalStateException(cause);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Fovea_.jar is incomplete: " + e.getMessage(), e);
    }
  }
}
