package dev.fovea.batch;

import dev.fovea.tasks.TaskContext;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows the progress of a task on the error stream: as a bar on a terminal, else as a line now and
 * then, which a log can hold.
 */
final class ProgressView implements TaskContext, AutoCloseable {
  private static final long LINE_INTERVAL = 15_000_000_000L;
  private static final int STEPS = 1000;
  private static final int BAR_WIDTH = 100;
  private static final String ERASE_LINE = "\r\u001b[K";

  private final PrintStream err;
  private final BooleanSupplier cancelled;
  private final ProgressBar bar;
  private long lastLine = System.nanoTime();

  ProgressView(PrintStream err, String name, boolean terminal, BooleanSupplier cancelled) {
    this.err = err;
    this.cancelled = cancelled;
    this.bar =
        terminal
            ? new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(STEPS)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new ConsoleProgressBarConsumer(err, BAR_WIDTH))
                .build()
            : null;
  }

  /** Whether the error stream is likely a terminal: whether the other two are. */
  @SuppressWarnings("SystemConsoleNull") // Both ways of telling are looked at.
  static boolean onTerminal() {
    java.io.Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // From Java 22 on there is a console without a terminal too, and a method that says so.
      Method isTerminal = java.io.Console.class.getMethod("isTerminal");
      return (Boolean) isTerminal.invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }

  @Override
  public void progress(double fraction, String text) {
    if (bar != null) {
      bar.stepTo(Math.round(STEPS * fraction));
      bar.setExtraMessage(text);
    } else if (System.nanoTime() - lastLine > LINE_INTERVAL) {
      lastLine = System.nanoTime();
      err.println(Console.plain(String.format(Locale.ROOT, "%3.0f %%  %s", 100 * fraction, text)));
    }
  }

  @Override
  public void log(String line) {
    // The bar draws itself anew below the line.
    err.println((bar == null ? "" : ERASE_LINE) + Console.plain(line));
  }

  @Override
  public boolean cancelled() {
    return cancelled.getAsBoolean();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
