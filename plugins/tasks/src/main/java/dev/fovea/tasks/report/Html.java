package dev.fovea.tasks.report;

import java.util.Locale;

/** Text in pages. */
public final class Html {

  private Html() {}

  /** Text with the characters that mean something in HTML replaced. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** As {@code String.format}, with the digits and decimal point that programs read. */
  public static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
