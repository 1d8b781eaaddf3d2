package dev.fovea.engine.bioimage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads the steps of a tensor. A step or a setting that is not known is refused by its name. */
final class ProcessingReader {
  private static final String AXES = "axes";
  private static final String AXIS = "axis";
  private static final String EPS = "eps";
  private static final String MODE = "mode";
  private static final String MEAN = "mean";
  private static final String STD = "std";
  private static final String GAIN = "gain";
  private static final String OFFSET = "offset";
  private static final String REFERENCE = "reference_tensor";
  private static final String MIN_PERCENTILE = "min_percentile";
  private static final String MAX_PERCENTILE = "max_percentile";
  private static final double DEFAULT_EPS = 1e-6;

  private final List<Axis> axes;
  private final boolean letters;
  private final List<String> notes;

  /** Name and settings of the step that is read. */
  private String name;

  private YamlNode settings;

  /**
   * A reader of one tensor's steps.
   *
   * @param axes of the tensor
   * @param letters whether axes are letters and steps have modes, as up to format 0.4
   * @param notes to be added to
   */
  ProcessingReader(List<Axis> axes, boolean letters, List<String> notes) {
    this.axes = axes;
    this.letters = letters;
    this.notes = notes;
  }

  /** Reads a list of steps. */
  List<Processing> read(YamlNode steps) throws PackageFormatException {
    List<Processing> all = new ArrayList<>();
    for (YamlNode step : steps.list()) {
      all.add(step(step));
    }
    return all;
  }

  private Processing step(YamlNode step) throws PackageFormatException {
    name = step.get(letters ? "name" : "id").text();
    YamlNode empty = new YamlNode(step.place(), Map.of());
    settings = step.find("kwargs").orElse(empty);
    return switch (name) {
      case "zero_mean_unit_variance" -> zeroMeanUnitVariance();
      case "fixed_zero_mean_unit_variance" -> fixed(Set.of(MEAN, STD, AXIS));
      case "scale_linear" -> scaleLinear();
      case "scale_range" -> scaleRange();
      case "scale_mean_variance" -> scaleMeanVariance();
      case "clip" -> clip();
      case "binarize" -> binarize();
      case "ensure_dtype" -> ensureType();
      case "sigmoid" -> {
        allow(Set.of());
        yield new ElementProcessing(name, "", null, 1, (x, i) -> 1 / (1 + Math.exp(-x)));
      }
      case "softmax" -> {
        allow(Set.of(AXIS));
        yield new SoftmaxProcessing(axis().orElse("channel"));
      }
      default ->
          throw step.place()
              .error(
                  "the step '" + name + "', which Fovea does not have",
                  "one of binarize, clip, ensure_dtype, fixed_zero_mean_unit_variance,"
                      + " scale_linear, scale_mean_variance, scale_range, sigmoid, softmax,"
                      + " zero_mean_unit_variance");
    };
  }

  /** What is not known could change the result, so it must not be passed over. */
  private void allow(Set<String> known) throws PackageFormatException {
    for (String key : settings.keys()) {
      if (!known.contains(key)) {
        throw settings
            .place()
            .error("the setting '" + key + "' of " + name, "one of " + new TreeSet<>(known));
      }
    }
  }

  private Processing zeroMeanUnitVariance() throws PackageFormatException {
    if (letters && mode("fixed").equals("fixed")) {
      return fixed(Set.of(MODE, MEAN, STD, AXES, EPS));
    }
    allow(letters ? Set.of(MODE, AXES, EPS) : Set.of(AXES, EPS));
    Set<String> joint = joint();
    double eps = eps();
    return new StatisticsProcessing(
        name, over(joint), joint, null, StatisticsProcessing.zeroMeanUnitVariance(eps));
  }

  private Processing fixed(Set<String> known) throws PackageFormatException {
    allow(known);
    double[] mean = numbers(settings.get(MEAN));
    double[] std = numbers(settings.get(STD));
    double eps = eps();
    String said = MEAN + " " + text(mean) + ", " + STD + " " + text(std);
    return along(said, mean, std, (x, m, s) -> (x - m) / (s + eps));
  }

  private Processing scaleLinear() throws PackageFormatException {
    allow(Set.of(GAIN, OFFSET, letters ? AXES : AXIS));
    double[] gain = numbers(GAIN, 1);
    double[] offset = numbers(OFFSET, 0);
    String said = GAIN + " " + text(gain) + ", " + OFFSET + " " + text(offset);
    return along(said, gain, offset, (x, g, o) -> x * g + o);
  }

  private static double[] one(double value) {
    return new double[] {value};
  }

  private Processing scaleRange() throws PackageFormatException {
    Set<String> known = new TreeSet<>(Set.of(AXES, EPS, MIN_PERCENTILE, MAX_PERCENTILE, REFERENCE));
    if (letters) {
      known.add(MODE);
    }
    allow(known);
    double low = number(MIN_PERCENTILE, 0);
    double high = number(MAX_PERCENTILE, 100);
    if (!(low >= 0 && low < high && high <= 100)) {
      throw settings
          .place()
          .error("the percentiles " + low + " and " + high, "0 <= min < max <= 100");
    }
    Set<String> joint = joint();
    String reference = reference(false);
    return new StatisticsProcessing(
        name,
        "percentiles " + low + " to " + high + ", " + over(joint) + of(reference),
        joint,
        reference,
        StatisticsProcessing.scaleRange(low, high, eps()));
  }

  private Processing scaleMeanVariance() throws PackageFormatException {
    allow(letters ? Set.of(MODE, AXES, EPS, REFERENCE) : Set.of(AXES, EPS, REFERENCE));
    Set<String> joint = joint();
    String reference = reference(true);
    return new StatisticsProcessing(
        name,
        over(joint) + of(reference),
        joint,
        reference,
        StatisticsProcessing.scaleMeanVariance(eps()));
  }

  private Processing clip() throws PackageFormatException {
    allow(Set.of("min", "max"));
    double min = number("min", Double.NEGATIVE_INFINITY);
    double max = number("max", Double.POSITIVE_INFINITY);
    if (!(min < max)) {
      throw settings.place().error("min " + min + " and max " + max, "min < max");
    }
    return new ElementProcessing(
        name, min + " to " + max, null, 1, (x, i) -> Math.min(max, Math.max(min, x)));
  }

  private Processing binarize() throws PackageFormatException {
    allow(letters ? Set.of("threshold") : Set.of("threshold", AXIS));
    double[] threshold = numbers(settings.get("threshold"));
    return along("above " + text(threshold), threshold, threshold, (x, t, same) -> x > t ? 1 : 0);
  }

  private Processing ensureType() throws PackageFormatException {
    allow(Set.of("dtype"));
    String type = settings.get("dtype").text();
    return new ElementProcessing(name, type, null, 1, conversion(type));
  }

  /** To integers as a cast does it, towards zero; what is beyond the type becomes its end. */
  private ElementProcessing.Function conversion(String type) throws PackageFormatException {
    return switch (type) {
      case "float32", "float64" -> (x, i) -> x;
      case "bool" -> (x, i) -> x != 0 ? 1 : 0;
      case "uint8" -> integers(0, 255);
      case "int8" -> integers(-128, 127);
      case "uint16" -> integers(0, 65535);
      case "int16" -> integers(Short.MIN_VALUE, Short.MAX_VALUE);
      case "uint32" -> integers(0, 0xffffffffL);
      case "int32" -> integers(Integer.MIN_VALUE, Integer.MAX_VALUE);
      case "uint64" -> integers(0, Long.MAX_VALUE);
      case "int64" -> integers(Long.MIN_VALUE, Long.MAX_VALUE);
      default ->
          throw settings
              .place()
              .error("the type '" + type + "'", "float32, float64, bool, or int8 to uint64");
    };
  }

  private static ElementProcessing.Function integers(long min, long max) {
    // A cast of NaN is 0.
    return (x, i) -> Math.min(max, Math.max(min, (long) x));
  }

  /** What becomes of an element with two numbers for its coordinate. */
  private interface Pair {
    double apply(double x, double first, double second);
  }

  /** A step with one number for all, or one for each coordinate of an axis. */
  private Processing along(String said, double[] first, double[] second, Pair pair)
      throws PackageFormatException {
    int count = Math.max(first.length, second.length);
    if (Math.min(first.length, second.length) != count
        && Math.min(first.length, second.length) != 1) {
      throw settings
          .place()
          .error("lists of " + first.length + " and " + second.length, "one length");
    }
    String axis = count == 1 ? null : listedAxis();
    return new ElementProcessing(
        name,
        said + (axis == null ? "" : " along " + axis),
        axis,
        count,
        (x, i) -> pair.apply(x, first[i % first.length], second[i % second.length]));
  }

  /** The axis for whose coordinates there are lists of numbers. */
  private String listedAxis() throws PackageFormatException {
    if (!letters) {
      return axis()
          .orElseThrow(
              () -> settings.place().error("a list of numbers without an axis", "axis: its id"));
    }
    Set<String> joint =
        settings.find(AXES).isPresent() ? ids(settings.get(AXES)) : Set.of("y", "x");
    List<String> others =
        axes.stream()
            .filter(axis -> axis.kind() != Axis.Kind.BATCH && !joint.contains(axis.id()))
            .map(Axis::id)
            .toList();
    if (others.size() != 1) {
      throw settings
          .place()
          .error("a list of numbers for the axes " + others, "all other axes in 'axes'");
    }
    return others.get(0);
  }

  private Optional<String> axis() throws PackageFormatException {
    Optional<YamlNode> axis = settings.find(AXIS);
    return axis.isEmpty() ? Optional.empty() : Optional.of(known(axis.get(), axis.get().text()));
  }

  /**
   * The axes that are taken together; null for all. Where there are some, samples of a batch stay
   * apart unless the package names their axis, too.
   */
  private Set<String> joint() throws PackageFormatException {
    boolean dataset = false;
    if (letters) {
      String mode = mode("per_sample");
      dataset = mode.equals("per_dataset");
      if (dataset) {
        notes.add(name + " per_dataset: each image is taken as a data set of its own");
      } else if (!mode.equals("per_sample")) {
        throw settings
            .place()
            .error("the mode '" + mode + "' of " + name, "per_sample or per_dataset");
      }
    }
    Optional<YamlNode> given = settings.find(AXES);
    if (given.isEmpty()) {
      return null;
    }
    Set<String> ids = ids(given.get());
    if (dataset) {
      ids.add("batch");
    }
    return ids;
  }

  private String mode(String otherwise) throws PackageFormatException {
    Optional<YamlNode> given = settings.find(MODE);
    return given.isEmpty() ? otherwise : given.get().text();
  }

  private Set<String> ids(YamlNode node) throws PackageFormatException {
    Set<String> ids = new LinkedHashSet<>();
    if (node.isText()) {
      for (char letter : node.text().toCharArray()) {
        ids.add(known(node, AxesReader.idOf(letter)));
      }
      return ids;
    }
    for (YamlNode id : node.list()) {
      ids.add(known(id, id.text()));
    }
    return ids;
  }

  private String known(YamlNode node, String id) throws PackageFormatException {
    if (axes.stream().noneMatch(axis -> axis.id().equals(id))) {
      throw node.place()
          .error("the axis '" + id + "'", "one of " + axes.stream().map(Axis::id).toList());
    }
    return id;
  }

  private String reference(boolean required) throws PackageFormatException {
    if (required) {
      return settings.get(REFERENCE).text();
    }
    Optional<YamlNode> given = settings.find(REFERENCE);
    return given.isEmpty() ? null : given.get().text();
  }

  private double eps() throws PackageFormatException {
    double eps = number(EPS, DEFAULT_EPS);
    if (eps < 0) {
      throw settings.place().error("eps " + eps, "0 or more");
    }
    return eps;
  }

  private double number(String key, double otherwise) throws PackageFormatException {
    Optional<YamlNode> given = settings.find(key);
    return given.isEmpty() ? otherwise : given.get().number();
  }

  private double[] numbers(String key, double otherwise) throws PackageFormatException {
    Optional<YamlNode> given = settings.find(key);
    return given.isEmpty() ? one(otherwise) : numbers(given.get());
  }

  private static double[] numbers(YamlNode node) throws PackageFormatException {
    if (!node.isList()) {
      return one(node.number());
    }
    List<YamlNode> list = node.list();
    if (list.isEmpty()) {
      throw node.place().error("an empty list", "a number for each coordinate");
    }
    double[] all = new double[list.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = list.get(i).number();
    }
    return all;
  }

  private static String text(double[] numbers) {
    return Arrays.stream(numbers).mapToObj(Double::toString).collect(Collectors.joining(" "));
  }

  private static String over(Set<String> joint) {
    return joint == null
        ? "over all axes"
        : "over " + joint.stream().filter(id -> !id.equals("batch")).toList();
  }

  private static String of(String reference) {
    return reference == null ? "" : " of " + reference;
  }
}
