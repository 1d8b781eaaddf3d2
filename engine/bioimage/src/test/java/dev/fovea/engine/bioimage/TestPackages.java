package dev.fovea.engine.bioimage;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Packages of a network of two convolutions, which sees two pixels to each side. */
final class TestPackages {
  /** Pixels to each side that the network sees. */
  static final int SIGHT = 2;

  private TestPackages() {}

  /** Two convolutions of 3 x 3 with zero padding, from one channel to two. */
  static Graph network() {
    return network(1);
  }

  static Graph network(int pad) {
    Graph.Builder graph = new Graph.Builder("net");
    Layers layers = new Layers(graph, 5);
    Value x = graph.input("raw", Shape.of(1, 1, 16, 16), "n", "", "h", "w");
    Value hidden = layers.conv("first", x, 3, 3, 1, pad, true);
    Value active = graph.node("active", new Relu(), hidden);
    return graph.build(layers.conv("second", active, 2, 3, 1, pad, true));
  }

  /** A convolution of 1 x 1 with a stride: every so many pixels. */
  static Graph every(int stride) {
    Graph.Builder graph = new Graph.Builder("every");
    Value x = graph.input("raw", Shape.of(1, 1, 16, 16), "n", "", "h", "w");
    Value w = graph.parameter("w", Tensor.of(Shape.of(1, 1, 1, 1), 1));
    return graph.build(graph.node("picked", Conv.square(1, stride, 0), x, w));
  }

  static byte[] onnx(Graph graph) {
    return new ModelFile(graph, null).toBytes();
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A description of format 0.4. */
  static String rdf4(String sha256) {
    return """
        format_version: 0.4.10
        type: model
        name: two convolutions
        description: >-
          Sees two pixels
          to each side.
        authors: [{name: Ada, affiliation: Here}, {name: Grace}]
        cite: [{text: A paper, doi: 10.1000/x}]
        license: MIT
        tags: [test, 2d]
        version: 1.10
        inputs:
        - name: raw
          axes: bcyx
          data_type: float32
          data_range: [-inf, inf]
          shape: {min: [1, 1, 16, 16], step: [0, 0, 4, 4]}
          preprocessing:
          - name: zero_mean_unit_variance
            kwargs: {mode: per_sample, axes: yx, eps: 1e-6}
        outputs:
        - name: maps
          axes: bcyx
          data_type: float32
          shape: {reference_tensor: raw, scale: [1, 0, 1, 1], offset: [0, 1, 0, 0]}
          halo: [0, 0, 4, 4]
          postprocessing:
          - name: sigmoid
        test_inputs: [in.npy]
        test_outputs: [out.npy]
        weights:
          pytorch_state_dict: {source: weights.pt}
          onnx: {source: ./net.onnx, sha256: SHA, opset_version: 17}
        """
        .replace("SHA", sha256);
  }

  /** The same of format 0.5. */
  static String rdf5(String sha256) {
    return """
        format_version: 0.5.3
        type: model
        name: two convolutions
        description: Sees two pixels to each side.
        authors: [{name: Ada}, {name: Grace}]
        cite: [{text: A paper, doi: 10.1000/x}]
        license: MIT
        tags: [test, 2d]
        version: 1.10
        inputs:
        - id: raw
          axes:
          - {type: batch}
          - {type: channel, channel_names: [grey]}
          - {type: space, id: y, size: {min: 16, step: 4}, scale: 0.5, unit: micrometer}
          - {type: space, id: x, size: {min: 16, step: 4}, scale: 0.5, unit: micrometer}
          data: {type: float32}
          test_tensor: {source: in.npy}
          preprocessing:
          - id: zero_mean_unit_variance
            kwargs: {axes: [y, x], eps: 1e-6}
        outputs:
        - id: maps
          axes:
          - {type: batch}
          - {type: channel, channel_names: [a, b]}
          - {type: space, id: y, size: {tensor_id: raw, axis_id: y}, scale: 0.5, halo: 4}
          - {type: space, id: x, size: {tensor_id: raw, axis_id: x}, scale: 0.5, halo: 4}
          test_tensor: {source: out.npy}
          postprocessing:
          - id: sigmoid
        weights:
          onnx: {source: net.onnx, sha256: SHA, opset_version: 17}
        """
        .replace("SHA", sha256);
  }

  /** A package's files by their names. */
  static Map<String, byte[]> files(String rdf) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("rdf.yaml", rdf.getBytes(StandardCharsets.UTF_8));
    files.put("net.onnx", onnx(network()));
    return files;
  }

  static Path folder(Path folder, Map<String, byte[]> files) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path target = folder.resolve(file.getKey());
      Files.createDirectories(target.getParent());
      Files.write(target, file.getValue());
    }
    return folder;
  }

  static Path zip(Path file, Map<String, byte[]> files) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return file;
  }

  /** A .npy file of float32 in row-major order. */
  static byte[] npy(Tensor tensor) {
    String dims = tensor.shape().toString().replace("[", "(").replace("]", ",)");
    ByteBuffer data = ByteBuffer.allocate(4 * tensor.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : tensor.toArray()) {
      data.putFloat(value);
    }
    return npy("<f4", false, dims, data.array());
  }

  /** A .npy file of version 1. */
  static byte[] npy(String descr, boolean fortran, String shape, byte[] data) {
    String order = fortran ? "True" : "False";
    byte[] header =
        ("{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.write(header.length & 0xff);
    out.write(header.length >> 8);
    out.writeBytes(header);
    out.writeBytes(data);
    return out.toByteArray();
  }
}
