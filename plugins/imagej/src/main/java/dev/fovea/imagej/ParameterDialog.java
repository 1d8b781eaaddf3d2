package dev.fovea.imagej;

import dev.fovea.tasks.Models;
import dev.fovea.tasks.Parameter;
import ij.gui.DialogListener;
import ij.gui.GenericDialog;
import java.awt.AWTEvent;
import java.awt.Color;
import java.awt.Label;
import java.io.File;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A dialog with a field for each of a list of parameters. */
final class ParameterDialog implements DialogListener {
  private static final int STEPS = 100;
  private static final int MAX_SLIDER_RANGE = 1000;
  private static final int MODEL_COLUMNS = 24;
  private static final int TEXT_COLUMNS = 8;

  /** Reserves the width of a message, as the dialog does not grow once it is shown. */
  private static final String NO_COMPLAINT = " ".repeat(80);

  private final GenericDialog dialog;
  private final List<Parameter> parameters;
  private final Label complaint;
  private Map<String, String> values = Map.of();

  private ParameterDialog(
      String title, String description, List<Parameter> parameters, Map<String, String> first) {
    this.dialog = new GenericDialog(title);
    this.parameters = parameters;
    for (Parameter parameter : parameters) {
      add(parameter, first.getOrDefault(parameter.key(), parameter.defaultValue()));
    }
    dialog.addMessage(NO_COMPLAINT, null, Color.RED);
    complaint = (Label) dialog.getMessage();
    dialog.addHelp(help(description, parameters));
    dialog.addDialogListener(this);
  }

  /**
   * Shows the dialog and waits for the user.
   *
   * @param first values to begin with, by key; the others begin with their defaults
   * @return values by key; empty if the user cancels
   */
  static Optional<Map<String, String>> ask(
      String title, String description, List<Parameter> parameters, Map<String, String> first) {
    ParameterDialog asking = new ParameterDialog(title, description, parameters, first);
    asking.dialog.showDialog();
    return asking.dialog.wasCanceled() ? Optional.empty() : Optional.of(asking.values);
  }

  private void add(Parameter parameter, String value) {
    String label = parameter.label();
    switch (parameter.type()) {
      case FLAG -> dialog.addCheckbox(label, Boolean.parseBoolean(value));
      case CHOICE -> dialog.addChoice(label, parameter.choices().toArray(String[]::new), value);
      case INTEGER, NUMBER -> {
        if (isNumeric(parameter)) {
          addNumber(parameter, Double.parseDouble(value));
        } else {
          dialog.addStringField(label, value, TEXT_COLUMNS);
        }
      }
      case TEXT -> dialog.addStringField(label, value, TEXT_COLUMNS);
      case MODEL, OUTPUT_FILE -> dialog.addFileField(label, value, MODEL_COLUMNS);
      case FOLDER -> dialog.addDirectoryField(label, value, MODEL_COLUMNS);
    }
  }

  /** Whether the field holds a number only; what may be automatic is a text. */
  private static boolean isNumeric(Parameter parameter) {
    return !parameter.automatic()
        && (parameter.type() == Parameter.Type.INTEGER
            || parameter.type() == Parameter.Type.NUMBER);
  }

  private void addNumber(Parameter parameter, double value) {
    double range = parameter.max() - parameter.min();
    if (parameter.type() == Parameter.Type.NUMBER && Double.isFinite(range)) {
      dialog.addSlider(parameter.label(), parameter.min(), parameter.max(), value, range / STEPS);
    } else if (range <= MAX_SLIDER_RANGE) {
      dialog.addSlider(parameter.label(), parameter.min(), parameter.max(), value);
    } else {
      dialog.addNumericField(parameter.label(), value);
    }
  }

  /**
   * Reads every field, in the order in which they were added: ImageJ hands them out one after the
   * other, and records them as they are read.
   */
  @Override
  public boolean dialogItemChanged(GenericDialog source, AWTEvent event) {
    Map<String, String> read = new LinkedHashMap<>();
    String wrong = "";
    for (Parameter parameter : parameters) {
      String value = next(parameter);
      read.put(parameter.key(), value);
      if (wrong.isEmpty()) {
        wrong = wrongWith(parameter, value);
      }
    }
    values = read;
    complaint.setText(wrong.isEmpty() ? NO_COMPLAINT : wrong);
    return wrong.isEmpty();
  }

  private String next(Parameter parameter) {
    return switch (parameter.type()) {
      case FLAG -> Boolean.toString(dialog.getNextBoolean());
      case CHOICE -> dialog.getNextChoice();
      case INTEGER, NUMBER ->
          isNumeric(parameter) ? text(dialog.getNextNumber()) : dialog.getNextString().strip();
      case TEXT, MODEL, FOLDER, OUTPUT_FILE -> dialog.getNextString().strip();
    };
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < Long.MAX_VALUE
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** What is wrong with a value in one line; empty if nothing is. */
  static String wrongWith(Parameter parameter, String value) {
    try {
      parameter.check(value);
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
    boolean missing =
        parameter.type() == Parameter.Type.MODEL
            && !Models.builtIn().contains(value)
            && !new File(value).isFile();
    return missing
        ? "model: expected " + String.join(", ", Models.builtIn()) + " or an ONNX file"
        : "";
  }

  private static String help(String description, List<Parameter> parameters) {
    StringBuilder html = new StringBuilder("<html><p>").append(escape(description)).append("</p>");
    for (Parameter parameter : parameters) {
      html.append("<p><b>")
          .append(escape(parameter.label().replace('_', ' ')))
          .append("</b>: ")
          .append(escape(parameter.help()))
          .append(" In macros: <code>")
          .append(escape(parameter.key()))
          .append("</code>.</p>");
    }
    return html.append("</html>").toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
