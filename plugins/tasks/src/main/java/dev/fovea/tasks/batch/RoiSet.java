package dev.fovea.tasks.batch;

import dev.fovea.detection.box.Box;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes rectangles as the ROI manager of ImageJ keeps them, {@code RoiSet.zip}: one file of the
 * format of {@code ij.io.RoiEncoder} for each. Not thread-safe.
 */
final class RoiSet implements AutoCloseable {
  private static final int VERSION = 228;
  private static final int RECTANGLE = 1;
  private static final int HEADER = 64;
  private static final int HEADER_2 = 64;

  /** Edges are floats besides whole numbers. */
  private static final int SUB_PIXELS = 128;

  private final ZipOutputStream zip;
  private final Set<String> names = new HashSet<>();

  RoiSet(OutputStream out) {
    zip = new ZipOutputStream(out);
  }

  /**
   * Adds a rectangle.
   *
   * @param name made unique by a number, if need be
   * @param position of the page it lies on, from 1
   */
  void add(String name, int position, Box box) throws IOException {
    String base = name.replaceAll("[\\\\/:*?\"<>|\\p{Cntrl}]", "_");
    String unique = base;
    for (int i = 2; !names.add(unique); i++) {
      unique = base + "-" + i;
    }
    ZipEntry entry = new ZipEntry(unique + ".roi");
    // The same input gives the same bytes.
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(bytes(unique, position, box));
    zip.closeEntry();
  }

  private static byte[] bytes(String name, int position, Box box) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream d = new DataOutputStream(bytes);
    d.writeBytes("Iout");
    d.writeShort(VERSION);
    d.writeByte(RECTANGLE);
    d.writeByte(0);
    d.writeShort((int) Math.floor(box.y1()));
    d.writeShort((int) Math.floor(box.x1()));
    d.writeShort((int) Math.ceil(box.y2()));
    d.writeShort((int) Math.ceil(box.x2()));
    d.writeShort(0);
    d.writeFloat((float) box.x1());
    d.writeFloat((float) box.y1());
    d.writeFloat((float) box.width());
    d.writeFloat((float) box.height());
    pad(d, 50);
    d.writeShort(SUB_PIXELS);
    pad(d, 56);
    d.writeInt(position);
    d.writeInt(HEADER);
    // Second header: where the name stands, and how long it is.
    pad(d, HEADER + 16);
    d.writeInt(HEADER + HEADER_2);
    d.writeInt(name.length());
    pad(d, HEADER + HEADER_2);
    d.writeChars(name);
    return bytes.toByteArray();
  }

  private static void pad(DataOutputStream d, int until) throws IOException {
    while (d.size() < until) {
      d.writeByte(0);
    }
  }

  @Override
  public void close() throws IOException {
    zip.finish();
  }
}
