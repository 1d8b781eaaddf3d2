package dev.fovea.engine.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * Counts the fields of a protobuf file that would become objects, without making any: messages,
 * strings, and fields that are not known, nested ones included. Numbers and lists of numbers are
 * stored flat and are not counted.
 */
final class FieldCount {

  /** ONNX models nest to a depth of about 8; the parser itself stops at 100. */
  private static final int MAX_DEPTH = 64;

  private final Place file;
  private final CodedInputStream in;
  private final int max;
  private int count;

  private FieldCount(Place file, byte[] bytes, int max) {
    this.file = file;
    this.in = CodedInputStream.newInstance(bytes);
    this.max = max;
  }

  /**
   * Refuses a file of too many fields.
   *
   * @throws ModelFormatException if there are more than {@code max}
   * @throws IOException if this is no protobuf
   */
  static void check(Place file, byte[] bytes, Descriptor type, int max) throws IOException {
    new FieldCount(file, bytes, max).message(type, 0);
  }

  private void message(Descriptor type, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw file.error("messages nested deeper than " + MAX_DEPTH, "an ONNX model");
    }
    while (!in.isAtEnd()) {
      int tag = in.readTag();
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      boolean delimited = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if ((delimited || field == null) && ++count > max) {
        throw file.error("more than " + max + " protobuf fields", "a model within that limit");
      }
      if (delimited && field != null && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        int outer = in.pushLimit(in.readRawVarint32());
        message(field.getMessageType(), depth + 1);
        in.popLimit(outer);
      } else if (!in.skipField(tag)) {
        throw file.error("a group that ends without a start", "an ONNX model");
      }
    }
  }
}
