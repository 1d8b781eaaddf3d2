package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Brings the tensors that a model keeps in other files into the model.
 *
 * <p>Where they are is said by the file, which may be hostile: a location must lie inside the
 * model's own folder, after all symbolic links too. What is read of a file is the length that the
 * tensor's type and extents need, compared with what is there before memory is reserved; all
 * together may take what {@link Limits#maxBytes} leaves beside the model itself.
 */
final class ExternalData {
  private static final String INSIDE = "a file inside the model's own folder";

  private final Place file;
  private final Path folder;
  private final Limits limits;
  private long left;

  private ExternalData(Place file, Path folder, Limits limits, long left) {
    this.file = file;
    this.folder = folder;
    this.limits = limits;
    this.left = left;
  }

  /** Whether the data of a tensor are in another file. */
  static boolean isExternal(TensorProto t) {
    return t.getDataLocation() == DataLocation.EXTERNAL || t.getExternalDataCount() > 0;
  }

  /**
   * The model with all data in itself; the same object if they are already.
   *
   * @param folder the model's own folder
   * @throws ModelFormatException if data are elsewhere, missing, or of the wrong length
   */
  static ModelProto inlined(Place file, ModelProto model, Path folder, Limits limits)
      throws ModelFormatException {
    GraphProto graph = model.getGraph();
    boolean any =
        graph.getInitializerList().stream().anyMatch(ExternalData::isExternal)
            || graph.getNodeList().stream().anyMatch(ExternalData::readsExternal);
    if (!any) {
      return model;
    }
    long left = limits.maxBytes() - model.getSerializedSize();
    GraphProto inlined = new ExternalData(file, folder, limits, left).graph(graph);
    return model.toBuilder().setGraph(inlined).build();
  }

  private static boolean readsExternal(NodeProto n) {
    return n.getAttributeList().stream().anyMatch(a -> isExternal(a.getT()));
  }

  private GraphProto graph(GraphProto graph) throws ModelFormatException {
    GraphProto.Builder b = graph.toBuilder();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      if (isExternal(graph.getInitializer(i))) {
        b.setInitializer(i, tensor(graph.getInitializer(i)));
      }
    }
    for (int i = 0; i < graph.getNodeCount(); i++) {
      NodeProto n = graph.getNode(i);
      if (readsExternal(n)) {
        b.setNode(i, node(n));
      }
    }
    return b.build();
  }

  private NodeProto node(NodeProto n) throws ModelFormatException {
    NodeProto.Builder b = n.toBuilder();
    for (int i = 0; i < n.getAttributeCount(); i++) {
      AttributeProto a = n.getAttribute(i);
      if (isExternal(a.getT())) {
        b.setAttribute(i, a.toBuilder().setT(tensor(a.getT())));
      }
    }
    return b.build();
  }

  private TensorProto tensor(TensorProto t) throws ModelFormatException {
    Place at = file.in("tensor '" + t.getName() + "'");
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto e : t.getExternalDataList()) {
      if (entries.put(e.getKey(), e.getValue()) != null) {
        throw at.error("'" + e.getKey() + "' of its external data twice", "it once");
      }
    }
    if (t.hasRawData()) {
      throw at.error("data both in the model and in another file", "them in one place");
    }
    long bytes = TensorReader.rawBytes(at, t, limits);
    long length = number(at, entries, "length", bytes);
    if (length != bytes) {
      throw at.error(length + " bytes of external data", bytes + " for its type and extents");
    }
    if (bytes > left) {
      throw at.error(
          "more than " + limits.maxBytes() + " bytes in the model and its external data",
          "a model within that limit (or a larger heap)");
    }
    left -= bytes;
    byte[] data = read(at, entries.getOrDefault("location", ""), entries, (int) bytes);
    return t.toBuilder()
        .clearExternalData()
        .clearDataLocation()
        .setRawData(UnsafeByteOperations.unsafeWrap(data))
        .build();
  }

  private static long number(Place at, Map<String, String> entries, String key, long otherwise)
      throws ModelFormatException {
    String text = entries.get(key);
    if (text == null) {
      return otherwise;
    }
    // 18 digits always fit a long.
    if (!text.matches("\\d{1,18}")) {
      throw at.error("'" + text + "' as " + key + " of its external data", "a number of bytes");
    }
    return Long.parseLong(text);
  }

  private byte[] read(Place at, String location, Map<String, String> entries, int bytes)
      throws ModelFormatException {
    long offset = number(at, entries, "offset", 0);
    Path real = resolve(at, location);
    try (SeekableByteChannel in =
        Files.newByteChannel(real, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      if (offset > in.size() || bytes > in.size() - offset) {
        throw at.error(
            in.size() + " bytes in '" + location + "'", bytes + " from offset " + offset);
      }
      in.position(offset);
      ByteBuffer data = ByteBuffer.allocate(bytes);
      while (data.hasRemaining()) {
        if (in.read(data) < 0) {
          throw at.error("the end of '" + location + "' while reading", bytes + " bytes");
        }
      }
      return data.array();
    } catch (ModelFormatException e) {
      throw e;
    } catch (IOException e) {
      throw at.problem("'" + location + "' cannot be read: " + e.getMessage(), e);
    }
  }

  /** The file of a location, with all links followed. */
  private Path resolve(Place at, String location) throws ModelFormatException {
    Path relative;
    try {
      relative = Path.of(location);
    } catch (InvalidPathException e) {
      throw at.problem("found data in '" + location + "', expected " + INSIDE, e);
    }
    boolean up = false;
    for (Path part : relative) {
      up |= part.toString().equals("..");
    }
    // On Windows "\a" and "C:a" have a root without being absolute.
    if (location.isEmpty() || up || relative.getRoot() != null) {
      throw at.error("data in '" + location + "'", INSIDE);
    }
    Path real;
    boolean inside;
    try {
      real = folder.resolve(relative).toRealPath();
      inside = real.startsWith(folder.toRealPath());
    } catch (IOException e) {
      throw at.problem("found no file '" + location + "' for its data, expected " + INSIDE, e);
    }
    if (!inside || !Files.isRegularFile(real)) {
      throw at.error("data in '" + location + "', which leads elsewhere", INSIDE);
    }
    return real;
  }
}
