package dev.fovea.engine.op;

import dev.fovea.engine.tensor.ElementType;
import java.util.Locale;

/** Constants of enumerations as ONNX spells them in attributes, and its numbers of types. */
final class OnnxNames {

  private OnnxNames() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** The number that ONNX has for an element type. */
  static long code(ElementType type) {
    return switch (type) {
      case FLOAT -> 1;
      case INT32 -> 6;
      case INT64 -> 7;
      case BOOL -> 9;
    };
  }

  /** The element type that an attribute names by its number; null if there is no attribute. */
  static ElementType type(Attributes a, String attribute) {
    int code = a.intValue(attribute, 0);
    for (ElementType type : ElementType.values()) {
      if (code(type) == code) {
        return type;
      }
    }
    if (a.values().containsKey(attribute)) {
      throw new IllegalArgumentException(
          "attribute '"
              + attribute
              + "': expected 1 (float), 6 (int32), 7 (int64) or 9 (bool), found "
              + code);
    }
    return null;
  }

  /** The constant that an attribute names. */
  static <E extends Enum<E>> E constant(Class<E> type, String attribute, String value) {
    for (E e : type.getEnumConstants()) {
      if (of(e).equals(value)) {
        return e;
      }
    }
    throw new IllegalArgumentException(
        "attribute '" + attribute + "': value '" + value + "' is not supported");
  }
}
