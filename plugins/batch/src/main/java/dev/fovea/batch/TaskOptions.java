package dev.fovea.batch;

import dev.fovea.tasks.Arguments;
import dev.fovea.tasks.Parameter;
import dev.fovea.tasks.Task;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** The parameters of a task as options of a command. */
final class TaskOptions {
  private TaskOptions() {}

  /** Adds an option for each parameter. */
  static void declare(Task<?> task, CommandSpec spec) {
    for (Parameter parameter : task.parameters()) {
      spec.addOption(option(parameter, parameter.required()));
    }
  }

  /** Adds an option for each parameter; the first can also be given without its name. */
  static void declareWithPositional(Task<?> task, CommandSpec spec) {
    Parameter first = task.parameters().get(0);
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("0..1")
            .type(String.class)
            .paramLabel(label(first))
            .description(first.help())
            .build());
    for (Parameter parameter : task.parameters()) {
      spec.addOption(option(parameter, parameter.required() && !parameter.equals(first)));
    }
  }

  private static OptionSpec option(Parameter parameter, boolean required) {
    OptionSpec.Builder option = OptionSpec.builder(parameter.option());
    if (parameter.type() == Parameter.Type.FLAG) {
      return option.description(parameter.help()).build();
    }
    String byDefault =
        parameter.required() || parameter.defaultValue().isEmpty()
            ? ""
            : " (default: " + parameter.defaultValue() + ")";
    String range =
        switch (parameter.type()) {
          case INTEGER, NUMBER, CHOICE -> " Expects " + parameter.expectation() + ".";
          default -> "";
        };
    // Percent signs would be taken for formats.
    String help = (parameter.help() + range + byDefault).replace("%", "%%");
    return option
        .type(String.class)
        .paramLabel(label(parameter))
        .required(required)
        .description(help)
        .build();
  }

  private static String label(Parameter parameter) {
    return switch (parameter.type()) {
      case INTEGER, NUMBER -> "N";
      case CHOICE, TEXT -> "NAME";
      case MODEL -> "MODEL";
      case FOLDER -> "DIR";
      case OUTPUT_FILE -> "FILE";
      case FLAG -> "";
    };
  }

  /**
   * The values given for the parameters of a task.
   *
   * @throws IllegalArgumentException if one does not fit; names the option
   */
  static Arguments arguments(Task<?> task, ParseResult parsed) {
    Map<String, String> given = new LinkedHashMap<>();
    for (Parameter parameter : task.parameters()) {
      String value =
          parameter.type() == Parameter.Type.FLAG
              ? String.valueOf(parsed.hasMatchedOption(parameter.option()))
              : parsed.matchedOptionValue(parameter.option(), (String) null);
      if (value != null) {
        check(parameter, value);
        given.put(parameter.key(), value);
      }
    }
    if (parsed.hasMatchedPositional(0)) {
      given.putIfAbsent(
          task.parameters().get(0).key(), parsed.matchedPositionalValue(0, (String) null));
    }
    return Arguments.of(task.parameters(), given);
  }

  private static void check(Parameter parameter, String value) {
    try {
      parameter.check(value);
    } catch (IllegalArgumentException e) {
      String message = e.getMessage();
      throw new IllegalArgumentException(
          parameter.option() + message.substring(message.indexOf(':')), e);
    }
  }
}
