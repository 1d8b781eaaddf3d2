package dev.fovea.engine.bioimage;

import dev.fovea.engine.bioimage.ModelDescription.Weights;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the description of a model, formats 0.3 to 0.5. What it says of the network is checked; of
 * what is for people, anything readable will do.
 */
final class DescriptionReader {
  private static final int MAX_TENSORS = 16;

  /** What the format allows a package to ask for. */
  private static final double MAX_RELATIVE = 1e-2;

  private static final int MAX_MISMATCHED = 1000;
  private static final String INPUTS = "inputs";
  private static final String OUTPUTS = "outputs";

  private final YamlNode root;
  private final boolean letters;
  private final AxesReader axes = new AxesReader();
  private final List<String> notes = new ArrayList<>();

  private DescriptionReader(YamlNode root, boolean letters) {
    this.root = root;
    this.letters = letters;
  }

  /**
   * Reads a description.
   *
   * @throws PackageFormatException if it is not of a model that this can run
   */
  static ModelDescription read(YamlNode root) throws PackageFormatException {
    if (!root.isMap()) {
      throw root.place().error(root.describe(), "the description of a model");
    }
    YamlNode version = root.get("format_version");
    if (!version.text().matches("0\\.[345](\\..{1,20})?")) {
      throw version.place().error(version.describe(), "0.3, 0.4 or 0.5");
    }
    Optional<YamlNode> type = root.find("type");
    if (type.isPresent() && !type.get().text().equals("model")) {
      throw type.get().place().error(type.get().describe(), "model");
    }
    return new DescriptionReader(root, !version.text().startsWith("0.5")).model();
  }

  private ModelDescription model() throws PackageFormatException {
    if (!letters) {
      axes.learnPixels(root.get(INPUTS), INPUTS);
      axes.learnPixels(root.get(OUTPUTS), OUTPUTS);
    }
    if (root.find("run_mode").isPresent()) {
      notes.add("run_mode: asks for more than a run of the network, which is not done here");
    }
    List<TensorDescription> inputs = tensors(INPUTS, "test_inputs");
    List<TensorDescription> outputs = tensors(OUTPUTS, "test_outputs");
    Set<String> ids = new HashSet<>();
    for (TensorDescription tensor : inputs) {
      requireNew(tensor, ids);
    }
    for (TensorDescription tensor : outputs) {
      requireNew(tensor, ids);
    }
    Weights weights = weights();
    return new ModelDescription(
        root.get("name").text(),
        root.get("format_version").text(),
        textOf("version"),
        textOf("description"),
        people(),
        textOf("license"),
        citations(),
        words("tags"),
        inputs,
        outputs,
        weights,
        notes);
  }

  private void requireNew(TensorDescription tensor, Set<String> ids) throws PackageFormatException {
    if (!ids.add(tensor.id())) {
      throw root.place().error("two tensors '" + tensor.id() + "'", "each name once");
    }
  }

  private List<TensorDescription> tensors(String group, String tests)
      throws PackageFormatException {
    List<YamlNode> nodes = root.get(group).list();
    if (nodes.isEmpty() || nodes.size() > MAX_TENSORS) {
      throw root.get(group).place().error(nodes.size() + " tensors", "1 to " + MAX_TENSORS);
    }
    List<String> files = letters ? texts(tests) : List.of();
    List<TensorDescription> all = new ArrayList<>();
    for (YamlNode node : nodes) {
      String test = all.size() < files.size() ? files.get(all.size()) : "";
      all.add(tensor(node, group, test));
    }
    return all;
  }

  private TensorDescription tensor(YamlNode node, String group, String listedTest)
      throws PackageFormatException {
    List<Axis> found = letters ? AxesReader.letters(node) : axes.objects(node);
    String steps = group.equals(INPUTS) ? "preprocessing" : "postprocessing";
    Optional<YamlNode> list = node.find(steps);
    List<Processing> processing =
        list.isEmpty() ? List.of() : new ProcessingReader(found, letters, notes).read(list.get());
    if (letters) {
      String type = node.find("data_type").isPresent() ? node.get("data_type").text() : "float32";
      return new TensorDescription(
          node.get("name").text(),
          found,
          type,
          processing,
          listedTest,
          "",
          tolerance(node.get("name").text()));
    }
    String test = "";
    String sha256 = "";
    if (node.find("test_tensor").isPresent()) {
      YamlNode file = node.get("test_tensor");
      test = file.isMap() ? file.get("source").text() : file.text();
      sha256 = file.isMap() ? sha256(file) : "";
    }
    String id = AxesReader.tensorId(node, group);
    return new TensorDescription(
        id, found, elementType(node), processing, test, sha256, tolerance(id));
  }

  /** The first that the package gives for an output run with ONNX weights. */
  private Tolerance tolerance(String output) throws PackageFormatException {
    for (YamlNode entry : tolerances()) {
      if (covers(entry, "output_ids", output) && covers(entry, "weights_formats", "onnx")) {
        return new Tolerance(
            within(entry, "absolute_tolerance", Tolerance.DEFAULT.absolute(), Double.MAX_VALUE),
            within(entry, "relative_tolerance", Tolerance.DEFAULT.relative(), MAX_RELATIVE),
            (int) within(entry, "mismatched_elements_per_million", 0, MAX_MISMATCHED));
      }
    }
    return Tolerance.DEFAULT;
  }

  private List<YamlNode> tolerances() throws PackageFormatException {
    Optional<YamlNode> node = root.find("config");
    for (String key : List.of("bioimageio", "reproducibility_tolerance")) {
      node = node.isPresent() && node.get().isMap() ? node.get().find(key) : Optional.empty();
    }
    return node.isPresent() && node.get().isList() ? node.get().list() : List.of();
  }

  private static boolean covers(YamlNode entry, String key, String wanted)
      throws PackageFormatException {
    Optional<YamlNode> list = entry.find(key);
    if (list.isEmpty() || list.get().list().isEmpty()) {
      return true;
    }
    for (YamlNode element : list.get().list()) {
      if (element.text().equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  private static double within(YamlNode entry, String key, double otherwise, double max)
      throws PackageFormatException {
    Optional<YamlNode> node = entry.find(key);
    double number = node.isEmpty() ? otherwise : node.get().number();
    if (number < 0 || number > max) {
      throw entry.place().error(key + " " + number, "0 to " + max);
    }
    return number;
  }

  private static String elementType(YamlNode tensor) throws PackageFormatException {
    Optional<YamlNode> data = tensor.find("data");
    boolean one = data.isPresent() && data.get().isMap() && data.get().find("type").isPresent();
    return one ? data.get().get("type").text() : "float32";
  }

  private static String sha256(YamlNode file) throws PackageFormatException {
    Optional<YamlNode> node = file.find("sha256");
    if (node.isEmpty()) {
      return "";
    }
    String text = node.get().text();
    if (!text.matches("[0-9a-fA-F]{64}")) {
      throw node.get().place().error(node.get().describe(), "64 hexadecimal digits");
    }
    return text;
  }

  private Weights weights() throws PackageFormatException {
    YamlNode formats = root.get("weights");
    Optional<YamlNode> onnx = formats.find("onnx");
    if (onnx.isEmpty()) {
      throw formats
          .place()
          .error(
              "weights in " + String.join(", ", formats.keys()),
              "onnx among them, the only format that Fovea runs");
    }
    String sha256 = sha256(onnx.get());
    if (sha256.isEmpty()) {
      notes.add("weights: no sha256 is given, so nothing tells whether they are the right ones");
    }
    Optional<YamlNode> opset = onnx.get().find("opset_version");
    return new Weights(
        onnx.get().get("source").text(),
        sha256,
        opset.isEmpty() ? 0 : opset.get().integer(1, 1000));
  }

  private String textOf(String key) throws PackageFormatException {
    Optional<YamlNode> node = root.find(key);
    return node.isPresent() && node.get().isText() ? node.get().text().strip() : "";
  }

  private List<String> texts(String key) throws PackageFormatException {
    List<String> all = new ArrayList<>();
    if (root.find(key).isPresent()) {
      for (YamlNode element : root.get(key).list()) {
        all.add(element.text());
      }
    }
    return all;
  }

  /** The texts of a list for people; what is none is passed over. */
  private List<String> words(String key) throws PackageFormatException {
    List<String> all = new ArrayList<>();
    for (YamlNode element : elements(key)) {
      add(all, Optional.of(element));
    }
    return all;
  }

  private List<YamlNode> elements(String key) throws PackageFormatException {
    Optional<YamlNode> list = root.find(key);
    return list.isPresent() && list.get().isList() ? list.get().list() : List.of();
  }

  private static void add(List<String> all, Optional<YamlNode> node) throws PackageFormatException {
    if (node.isPresent() && node.get().isText() && !node.get().isNull()) {
      all.add(node.get().text());
    }
  }

  private List<String> people() throws PackageFormatException {
    List<String> all = new ArrayList<>();
    for (YamlNode author : elements("authors")) {
      add(all, author.isMap() ? author.find("name") : Optional.of(author));
    }
    return all;
  }

  private List<String> citations() throws PackageFormatException {
    List<String> all = new ArrayList<>();
    for (YamlNode citation : elements("cite")) {
      List<String> parts = new ArrayList<>();
      for (String key : List.of("text", "doi", "url")) {
        add(parts, citation.isMap() ? citation.find(key) : Optional.empty());
      }
      all.add(String.join(", ", parts));
    }
    return all;
  }
}
