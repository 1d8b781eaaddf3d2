package dev.fovea.tasks.report;

/** Text in pages. */
final class Html {
  private Html() {}

  /** Text with the characters that mean something in HTML replaced. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
