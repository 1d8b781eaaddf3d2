package dev.fovea.imagej;

import dev.fovea.tasks.TaskContext;
import ij.IJ;
import java.util.Locale;

/** Shows progress in ImageJ's status line and progress bar; the escape key cancels. */
final class StatusLine implements TaskContext {
  /** Before so long, a forecast of the remaining time is worth nothing. */
  private static final double FORECAST_AFTER_SECONDS = 2;

  private static final double NANOS = 1e9;

  private final String command;
  private final long start = System.nanoTime();

  StatusLine(String command) {
    this.command = command;
    IJ.resetEscape();
    IJ.showStatus(command + "...");
  }

  @Override
  public void progress(double fraction, String text) {
    IJ.showProgress(fraction);
    double seconds = (System.nanoTime() - start) / NANOS;
    IJ.showStatus(command + ": " + text + remaining(fraction, seconds));
  }

  /** What is left at the present pace, such as " (12 s left)"; empty if that is not known yet. */
  static String remaining(double fraction, double seconds) {
    if (!(fraction > 0 && fraction < 1) || seconds < FORECAST_AFTER_SECONDS) {
      return "";
    }
    long left = Math.round(seconds / fraction - seconds);
    return left < 100
        ? String.format(Locale.ROOT, " (%d s left)", left)
        : String.format(Locale.ROOT, " (%d min left)", Math.round(left / 60.0));
  }

  @Override
  public void log(String line) {
    IJ.log(line);
  }

  @Override
  public boolean cancelled() {
    return IJ.escapePressed();
  }

  /** Clears the progress bar. */
  static void clear() {
    IJ.showProgress(1.0);
  }
}
