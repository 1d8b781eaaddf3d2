package dev.fovea.engine.bioimage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the axes of tensors: letters with a shape up to format 0.4, objects from 0.5 on. */
final class AxesReader {
  private static final int MAX_EXTENT = 1 << 24;

  /** Steps and halos are parts of a tile; no tile comes near this. */
  private static final int MAX_STEP = 1 << 16;

  private static final int MAX_RANK = 8;
  private static final String OFFSET = "offset";
  private static final String SCALE = "scale";
  private static final String SIZE = "size";

  /** Sizes of pixels by tensor and axis, to which other sizes relate. */
  private final Map<String, Double> pixels = new HashMap<>();

  /** The id that format 0.5 gives to a letter. */
  static String idOf(char letter) {
    return switch (letter) {
      case 'b' -> "batch";
      case 'c' -> "channel";
      case 'i' -> "index";
      case 't' -> "time";
      default -> String.valueOf(letter);
    };
  }

  /** The axes of a tensor of format 0.3 or 0.4. */
  static List<Axis> letters(YamlNode tensor) throws PackageFormatException {
    YamlNode node = tensor.get("axes");
    String letters = node.text();
    if (!letters.matches("[bitczyx]{1," + MAX_RANK + "}")
        || letters.chars().distinct().count() != letters.length()) {
      throw node.place().error("'" + letters + "'", "axes such as bcyx, each letter once");
    }
    List<AxisSize> sizes = sizes(tensor.get("shape"), letters);
    Optional<YamlNode> halo = tensor.find("halo");
    List<YamlNode> halos = halo.isEmpty() ? List.of() : elements(halo.get(), letters.length());
    List<Axis> axes = new ArrayList<>();
    for (int i = 0; i < letters.length(); i++) {
      Axis.Kind kind = kind(letters.charAt(i));
      axes.add(
          new Axis(
              idOf(letters.charAt(i)),
              kind,
              kind == Axis.Kind.BATCH ? new AxisSize.Any() : sizes.get(i),
              halos.isEmpty() ? 0 : halos.get(i).integer(0, MAX_STEP),
              List.of()));
    }
    return axes;
  }

  private static Axis.Kind kind(char letter) {
    return switch (letter) {
      case 'b' -> Axis.Kind.BATCH;
      case 'c' -> Axis.Kind.CHANNEL;
      case 'i' -> Axis.Kind.INDEX;
      case 't' -> Axis.Kind.TIME;
      default -> Axis.Kind.SPACE;
    };
  }

  private static List<YamlNode> elements(YamlNode list, int count) throws PackageFormatException {
    List<YamlNode> all = list.list();
    if (all.size() != count) {
      throw list.place().error(list.describe(), "a number for each of " + count + " axes");
    }
    return all;
  }

  private static List<AxisSize> sizes(YamlNode shape, String letters)
      throws PackageFormatException {
    int count = letters.length();
    List<AxisSize> sizes = new ArrayList<>();
    if (shape.isList()) {
      for (YamlNode extent : elements(shape, count)) {
        sizes.add(new AxisSize.Fixed(extent.integer(1, MAX_EXTENT)));
      }
    } else if (shape.find("min").isPresent()) {
      List<YamlNode> min = elements(shape.get("min"), count);
      List<YamlNode> step = elements(shape.get("step"), count);
      for (int i = 0; i < count; i++) {
        sizes.add(stepped(min.get(i), step.get(i)));
      }
    } else {
      Optional<YamlNode> old = shape.find("reference_input");
      String tensor = (old.isEmpty() ? shape.get("reference_tensor") : old.get()).text();
      List<YamlNode> scale = elements(shape.get(SCALE), count);
      List<YamlNode> offset = elements(shape.get(OFFSET), count);
      for (int i = 0; i < count; i++) {
        sizes.add(relative(tensor, idOf(letters.charAt(i)), scale.get(i), offset.get(i)));
      }
    }
    return sizes;
  }

  private static AxisSize stepped(YamlNode min, YamlNode step) throws PackageFormatException {
    int least = min.integer(1, MAX_EXTENT);
    int more = step.integer(0, MAX_STEP);
    return more == 0 ? new AxisSize.Fixed(least) : new AxisSize.Stepped(least, more);
  }

  /** Of half pixels, as they count at both ends; without a scale it is the extent itself. */
  private static AxisSize relative(String tensor, String axis, YamlNode scale, YamlNode offset)
      throws PackageFormatException {
    double doubled = 2 * offset.number();
    if (doubled != Math.rint(doubled) || Math.abs(doubled) > MAX_STEP) {
      throw offset.place().error(offset.describe(), "a multiple of 0.5");
    }
    if (scale.isNull()) {
      if (doubled < 1) {
        throw offset.place().error(offset.describe(), "half the extent of the new axis");
      }
      return new AxisSize.Fixed((int) doubled);
    }
    double factor = scale.number();
    if (factor == 0) {
      return new AxisSize.Fixed(Math.max(1, (int) doubled));
    }
    if (factor < 0) {
      throw scale.place().error(scale.describe(), "a scale above 0");
    }
    return new AxisSize.Relative(tensor, axis, factor, (int) doubled);
  }

  /** Learns the sizes of pixels of tensors of format 0.5, before their axes are read. */
  void learnPixels(YamlNode tensors, String group) throws PackageFormatException {
    for (YamlNode tensor : tensors.list()) {
      String id = tensorId(tensor, group);
      for (YamlNode axis : tensor.get("axes").list()) {
        pixels.put(id + "." + id(axis), pixel(axis));
      }
    }
  }

  /** The id of a tensor of format 0.5; without one, the only input is {@code input}. */
  static String tensorId(YamlNode tensor, String group) throws PackageFormatException {
    Optional<YamlNode> id = tensor.find("id");
    return id.isPresent() ? id.get().text() : group.substring(0, group.length() - 1);
  }

  private static double pixel(YamlNode axis) throws PackageFormatException {
    Optional<YamlNode> scale = axis.find(SCALE);
    double size = scale.isEmpty() ? 1 : scale.get().number();
    if (size <= 0) {
      throw axis.place().error("scale " + size, "a size above 0");
    }
    return size;
  }

  private static String id(YamlNode axis) throws PackageFormatException {
    Optional<YamlNode> id = axis.find("id");
    if (id.isPresent()) {
      return id.get().text();
    }
    String type = axis.get("type").text();
    return type.equals("space") ? "x" : type;
  }

  /** The axes of a tensor of format 0.5. */
  List<Axis> objects(YamlNode tensor) throws PackageFormatException {
    List<Axis> axes = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    List<YamlNode> nodes = tensor.get("axes").list();
    if (nodes.isEmpty() || nodes.size() > MAX_RANK) {
      throw tensor.place().error(nodes.size() + " axes", "1 to " + MAX_RANK);
    }
    for (YamlNode node : nodes) {
      Axis axis = object(node);
      if (!ids.add(axis.id())) {
        throw node.place().error("a second axis '" + axis.id() + "'", "each id once");
      }
      axes.add(axis);
    }
    return axes;
  }

  private Axis object(YamlNode node) throws PackageFormatException {
    YamlNode type = node.get("type");
    Axis.Kind kind =
        switch (type.text().toLowerCase(Locale.ROOT)) {
          case "batch" -> Axis.Kind.BATCH;
          case "channel" -> Axis.Kind.CHANNEL;
          case "index" -> Axis.Kind.INDEX;
          case "time" -> Axis.Kind.TIME;
          case "space" -> Axis.Kind.SPACE;
          default ->
              throw type.place()
                  .error(type.describe(), "one of batch, channel, index, time, space");
        };
    List<String> names = new ArrayList<>();
    if (node.find("channel_names").isPresent()) {
      for (YamlNode name : node.get("channel_names").list()) {
        names.add(name.text());
      }
    }
    AxisSize size =
        switch (kind) {
          case BATCH -> new AxisSize.Any();
          case CHANNEL -> channels(node, names);
          default -> size(node);
        };
    Optional<YamlNode> halo = node.find("halo");
    return new Axis(
        id(node), kind, size, halo.isEmpty() ? 0 : halo.get().integer(0, MAX_STEP), names);
  }

  private AxisSize channels(YamlNode node, List<String> names) throws PackageFormatException {
    if (!names.isEmpty()) {
      return new AxisSize.Fixed(names.size());
    }
    return node.find(SIZE).isEmpty() ? new AxisSize.Fixed(1) : size(node);
  }

  private AxisSize size(YamlNode axis) throws PackageFormatException {
    YamlNode size = axis.get(SIZE);
    if (!size.isMap()) {
      return new AxisSize.Fixed(size.integer(1, MAX_EXTENT));
    }
    if (size.find("step").isPresent()) {
      return stepped(size.get("min"), size.get("step"));
    }
    if (size.find("tensor_id").isPresent()) {
      String tensor = size.get("tensor_id").text();
      String other = size.get("axis_id").text();
      Double reference = pixels.get(tensor + "." + other);
      if (reference == null) {
        throw size.place().error("the axis " + tensor + "." + other, "an axis of a tensor here");
      }
      Optional<YamlNode> offset = size.find(OFFSET);
      return new AxisSize.Relative(
          tensor,
          other,
          reference / pixel(axis),
          offset.isEmpty() ? 0 : offset.get().integer(-MAX_STEP, MAX_STEP));
    }
    Optional<YamlNode> min = size.find("min");
    return new AxisSize.FromData(min.isEmpty() ? 1 : min.get().integer(0, MAX_EXTENT));
  }
}
