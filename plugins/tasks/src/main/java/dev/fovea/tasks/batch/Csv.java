package dev.fovea.tasks.batch;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Comma-separated values (RFC 4180), with a line feed at the end of each line. */
public final class Csv {
  private Csv() {}

  /** One line; fields with commas, quotes or line breaks are quoted. */
  public static String line(List<String> fields) {
    return fields.stream().map(Csv::quoted).collect(Collectors.joining(",", "", "\n"));
  }

  private static String quoted(String field) {
    return field.matches("[^,\"\\r\\n]*") ? field : '"' + field.replace("\"", "\"\"") + '"';
  }

  /** A number with six significant digits and a decimal point. */
  static String number(double value) {
    return String.format(Locale.ROOT, "%.6g", value);
  }
}
