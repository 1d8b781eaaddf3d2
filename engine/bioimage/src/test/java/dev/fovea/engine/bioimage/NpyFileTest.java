package dev.fovea.engine.bioimage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NpyFileTest {
  private static final Place AT = new Place("a.npy");

  private static byte[] bytes(int... values) {
    byte[] all = new byte[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) values[i];
    }
    return all;
  }

  private static Tensor read(String descr, boolean fortran, String shape, byte[] data)
      throws PackageFormatException {
    return NpyFile.read(AT, TestPackages.npy(descr, fortran, shape, data));
  }

  private static void refused(String expected, byte[] file) {
    PackageFormatException e =
        assertThrows(PackageFormatException.class, () -> NpyFile.read(AT, file));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  @Test
  void singles() throws PackageFormatException {
    Tensor tensor = Tensor.of(Shape.of(2, 3), 1, -2, 3.5f, 4, 5, Float.NaN);
    Tensor found = NpyFile.read(AT, TestPackages.npy(tensor));
    assertEquals(tensor.shape(), found.shape());
    assertArrayEquals(tensor.toArray(), found.toArray());
  }

  /** 1.5 and -2 as IEEE 754 says. */
  @Test
  void doublesOfEitherByteOrder() throws PackageFormatException {
    byte[] big = bytes(0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0);
    assertArrayEquals(new float[] {1.5f, -2}, read(">f8", false, "(2,)", big).toArray());
    byte[] little = bytes(0, 0, 0, 0, 0, 0, 0xf8, 0x3f);
    assertArrayEquals(new float[] {1.5f}, read("<f8", false, "(1,)", little).toArray());
  }

  @ParameterizedTest
  @CsvSource({
    "|i1, -1",
    "|u1, 255",
    "<i2, -1",
    "<u2, 65535",
    "<i4, -1",
    "<u4, 4294967295",
    "<i8, -1",
    "<u8, 18446744073709551615"
  })
  void integersOfAllOnes(String descr, double expected) throws PackageFormatException {
    byte[] data = new byte[descr.charAt(2) - '0'];
    Arrays.fill(data, (byte) 0xff);
    assertEquals((float) expected, read(descr, false, "()", data).get(0));
  }

  @Test
  void truthValues() throws PackageFormatException {
    assertArrayEquals(new float[] {1, 0, 1}, read("|b1", false, "(3,)", bytes(1, 0, 1)).toArray());
  }

  /** Columns one after the other become rows one after the other. */
  @Test
  void fortranOrder() throws PackageFormatException {
    Tensor found = read("|u1", true, "(2, 3)", bytes(1, 4, 2, 5, 3, 6));
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, found.toArray());
    Tensor volume = read("|u1", true, "(2, 2, 2)", bytes(0, 4, 2, 6, 1, 5, 3, 7));
    assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5, 6, 7}, volume.toArray());
  }

  @Test
  void whatNeedsPickleIsRefused() {
    refused("elements of type '|O'", TestPackages.npy("|O", false, "(1,)", new byte[8]));
    refused("elements of type '<U4'", TestPackages.npy("<U4", false, "(1,)", new byte[16]));
    byte[] structured = TestPackages.npy("x", false, "(1,)", new byte[4]);
    String text = new String(structured, StandardCharsets.ISO_8859_1);
    refused("an element type", text.replace("'x',", "[(),").getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void hostileSizes() {
    refused("at most", TestPackages.npy("<f4", false, "(999999999, 999999999)", new byte[4]));
    refused("nine digits", TestPackages.npy("<f4", false, "(99999999999,)", new byte[4]));
    refused("expected 400", TestPackages.npy("<f4", false, "(100,)", new byte[4]));
    refused("expected 0", TestPackages.npy("<f4", false, "(0, 5)", new byte[4]));
    byte[] header = TestPackages.npy("<f4", false, "(1,)", new byte[4]);
    header[8] = (byte) 0xff;
    header[9] = (byte) 0xff;
    refused("a header of 65535 bytes", header);
    byte[] version = TestPackages.npy("<f4", false, "(1,)", new byte[4]);
    version[6] = 9;
    refused("version 9", version);
    refused("no NumPy array", new byte[200]);
    refused("no NumPy array", new byte[0]);
  }
}
