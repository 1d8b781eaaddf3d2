package dev.fovea.engine.bioimage;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads arrays of NumPy, {@code .npy} of versions 1 to 3: real numbers of 32 and 64 bits, integers,
 * truth values, in either byte order and either order of dimensions. Anything else is refused, that
 * which needs Python's pickle first of all.
 */
final class NpyFile {
  /** Longest array file, and most elements. */
  static final long MAX_BYTES = Math.min(1L << 29, Runtime.getRuntime().maxMemory() / 8);

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER = 1 << 16;
  private static final int MAX_RANK = 16;
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*+:\\s*+'([^']{1,20})'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*+:\\s*+(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*+:\\s*+\\(([0-9, ]*+)\\)");

  private NpyFile() {}

  /** Reads an element as float32, rounded where it must be. */
  private interface Element {
    float at(ByteBuffer data, int offset);
  }

  private record Type(int bytes, Element element) {}

  /**
   * Reads an array into a new tensor.
   *
   * @param at for messages
   * @throws PackageFormatException if it is none, or of a type that is refused
   */
  static Tensor read(Place at, byte[] file) throws PackageFormatException {
    if (file.length < 12 || !Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw at.error("no NumPy array", "a .npy file");
    }
    int major = file[6];
    if (major < 1 || major > 3) {
      throw at.error("version " + major + " of .npy", "1 to 3");
    }
    ByteBuffer data = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int start = major == 1 ? 10 : 12;
    long length = major == 1 ? data.getShort(8) & 0xffff : data.getInt(8) & 0xffffffffL;
    if (length > MAX_HEADER || length > file.length - start) {
      throw at.error("a header of " + length + " bytes", "at most what the file has");
    }
    String header = new String(file, start, (int) length, StandardCharsets.ISO_8859_1);
    String descr = part(at, DESCR, header, "an element type such as '<f4'");
    boolean fortran = part(at, ORDER, header, "an order of dimensions").equals("True");
    Type type = type(at, descr);
    Shape shape = shape(at, part(at, SHAPE, header, "a shape"));
    long expected = (long) shape.size() * type.bytes();
    long found = file.length - start - length;
    if (found != expected) {
      throw at.error(found + " bytes of data", expected + " for " + descr + " of shape " + shape);
    }
    data.order(descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = type.element().at(data, start + (int) length + i * type.bytes());
    }
    Tensor tensor = Tensor.of(shape, values);
    return fortran ? rowMajor(tensor) : tensor;
  }

  private static String part(Place at, Pattern pattern, String header, String expected)
      throws PackageFormatException {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw at.error("the header '" + header.strip() + "'", expected + " in it");
    }
    return matcher.group(1);
  }

  private static Type type(Place at, String descr) throws PackageFormatException {
    return switch (descr.matches("[<>|=].*") ? descr.substring(1) : descr) {
      case "f4" -> new Type(4, ByteBuffer::getFloat);
      case "f8" -> new Type(8, (data, i) -> (float) data.getDouble(i));
      case "b1" -> new Type(1, (data, i) -> data.get(i) == 0 ? 0 : 1);
      case "i1" -> new Type(1, ByteBuffer::get);
      case "u1" -> new Type(1, (data, i) -> data.get(i) & 0xff);
      case "i2" -> new Type(2, ByteBuffer::getShort);
      case "u2" -> new Type(2, (data, i) -> data.getShort(i) & 0xffff);
      case "i4" -> new Type(4, (data, i) -> data.getInt(i));
      case "u4" -> new Type(4, (data, i) -> data.getInt(i) & 0xffffffffL);
      case "i8" -> new Type(8, (data, i) -> data.getLong(i));
      case "u8" -> new Type(8, (data, i) -> unsigned(data.getLong(i)));
      default ->
          throw at.error(
              "elements of type '" + descr + "'",
              "f4, f8, b1, or integers i1 to i8 and u1 to u8 (objects are never read)");
    };
  }

  private static float unsigned(long bits) {
    // Half of it has a sign of its own; the lowest bit is far below float32's precision.
    return bits < 0 ? (bits >>> 1) * 2f : bits;
  }

  private static Shape shape(Place at, String text) throws PackageFormatException {
    String[] parts = text.isBlank() ? new String[0] : text.strip().split("\\s*,\\s*");
    if (parts.length > MAX_RANK) {
      throw at.error(parts.length + " dimensions", "at most " + MAX_RANK);
    }
    int[] dims = new int[parts.length];
    long size = 1;
    for (int d = 0; d < dims.length; d++) {
      // Nine digits always fit an int.
      if (!parts[d].matches("\\d{1,9}")) {
        throw at.error("the shape (" + text + ")", "extents of at most nine digits");
      }
      dims[d] = Integer.parseInt(parts[d]);
      size = Math.max(size, 1) * dims[d];
      if (size > MAX_BYTES) {
        throw at.error("the shape (" + text + ")", "at most " + MAX_BYTES + " elements");
      }
    }
    return Shape.of(dims);
  }

  /** From the first dimension fastest, as Fortran has it, to the last fastest. */
  private static Tensor rowMajor(Tensor fortran) {
    Shape shape = fortran.shape();
    float[] values = new float[shape.size()];
    int[] at = new int[shape.rank()];
    int[] strides = new int[shape.rank()];
    int stride = 1;
    for (int d = 0; d < strides.length; d++) {
      strides[d] = stride;
      stride *= shape.dim(d);
    }
    for (int i = 0; i < values.length; i++) {
      int from = 0;
      for (int d = 0; d < at.length; d++) {
        from += at[d] * strides[d];
      }
      values[i] = fortran.get(from);
      for (int d = at.length - 1; d >= 0 && ++at[d] == shape.dim(d); d--) {
        at[d] = 0;
      }
    }
    return Tensor.of(shape, values);
  }
}
