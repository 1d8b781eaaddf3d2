package dev.fovea.engine.op;

import java.util.Locale;

/** Constants of enumerations as ONNX spells them in attributes: in lower case. */
final class OnnxNames {

  private OnnxNames() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
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
