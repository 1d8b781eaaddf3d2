package dev.fovea.engine.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.commons.imaging.common.PackBits;
import org.apache.commons.imaging.formats.tiff.itu_t4.T4AndT6Compression;
import org.apache.commons.imaging.mylzw.MyLzwDecompressor;

/**
 * Unpacks one strip or tile: decompression (by Commons Imaging, Deflate by the JDK), then the
 * predictor.
 *
 * @param compression TIFF compression number
 * @param predictor 1 none, 2 horizontal differences, 3 floating-point differences
 * @param reversedBits whether the lowest bit of a byte comes first (FillOrder 2)
 * @param t4Options options of fax group 3
 * @param bits bits of one sample
 * @param samples samples of one pixel that lie together in the data
 * @param order byte order of samples
 */
record TiffCodec(
    int compression,
    int predictor,
    boolean reversedBits,
    long t4Options,
    int bits,
    int samples,
    ByteOrder order) {

  private static final int NONE = 1;
  private static final int FAX_HUFFMAN = 2;
  private static final int FAX_GROUP_3 = 3;
  private static final int FAX_GROUP_4 = 4;
  private static final int LZW = 5;
  private static final int DEFLATE_ADOBE = 8;
  private static final int PACK_BITS = 32773;
  private static final int DEFLATE = 32946;

  TiffCodec {
    boolean predictable =
        predictor == 1
            || predictor == 2 && (bits == 8 || bits == 16 || bits == 32)
            || predictor == 3 && (bits == 32 || bits == 64);
    if (!predictable) {
      throw new IllegalArgumentException("predictor " + predictor + " with " + bits + " bits");
    }
  }

  /** Bytes of one row of {@code width} pixels; rows begin at byte boundaries. */
  long rowBytes(long width) {
    return (width * samples * bits + 7) / 8;
  }

  /** Byte order of the samples that {@link #unpack} returns. */
  ByteOrder unpackedOrder() {
    return predictor == 3 ? ByteOrder.BIG_ENDIAN : order;
  }

  /** The {@code width x height} pixels of one strip or tile, rows one after the other. */
  byte[] unpack(byte[] packed, int width, int height) throws IOException {
    int rowBytes = Math.toIntExact(rowBytes(width));
    int expected = Math.multiplyExact(rowBytes, height);
    byte[] data = decompress(packed, width, height, expected);
    if (data.length < expected) {
      throw new IOException("strip or tile: found " + data.length + " bytes, expected " + expected);
    }
    for (int y = 0; y < height && predictor != 1; y++) {
      if (predictor == 2) {
        addDifferences(data, y * rowBytes, rowBytes);
      } else {
        addFloatDifferences(data, y * rowBytes, rowBytes);
      }
    }
    return data;
  }

  private byte[] decompress(byte[] packed, int width, int height, int expected) throws IOException {
    byte[] input = reversedBits ? reverseBits(packed) : packed;
    return switch (compression) {
      case NONE -> input;
      case LZW ->
          new MyLzwDecompressor(8, ByteOrder.BIG_ENDIAN, true)
              .decompress(new ByteArrayInputStream(input), expected);
      case PACK_BITS -> PackBits.decompress(input, expected);
      case DEFLATE, DEFLATE_ADOBE -> inflate(input, expected);
      case FAX_HUFFMAN -> T4AndT6Compression.decompressModifiedHuffman(input, width, height);
      case FAX_GROUP_3 ->
          (t4Options & 1) != 0
              ? T4AndT6Compression.decompressT4_2D(input, width, height, (t4Options & 4) != 0)
              : T4AndT6Compression.decompressT4_1D(input, width, height, (t4Options & 4) != 0);
      case FAX_GROUP_4 -> T4AndT6Compression.decompressT6(input, width, height);
      default -> throw new IOException("compression " + compression + " is not supported");
    };
  }

  private static byte[] reverseBits(byte[] packed) {
    byte[] result = new byte[packed.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (byte) (Integer.reverse(packed[i]) >>> 24);
    }
    return result;
  }

  /** Inflates up to {@code expected} bytes; fewer if the data ends before. */
  private static byte[] inflate(byte[] input, int expected) throws IOException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(input);
      byte[] result = new byte[expected];
      int done = 0;
      for (int n = 1; n > 0 && done < expected; done += n) {
        n = inflater.inflate(result, done, expected - done);
      }
      return done == expected ? result : Arrays.copyOf(result, done);
    } catch (DataFormatException e) {
      throw new IOException("Deflate data are damaged", e);
    } finally {
      inflater.end();
    }
  }

  /** Each sample was stored as the difference to the one of the pixel before; sums wrap round. */
  private void addDifferences(byte[] data, int from, int rowBytes) {
    int step = samples * bits / 8;
    ByteBuffer row = ByteBuffer.wrap(data, 0, data.length).order(order);
    int end = from + rowBytes;
    switch (bits) {
      case 8 -> {
        for (int i = from + step; i < end; i++) {
          data[i] += data[i - step];
        }
      }
      case 16 -> {
        for (int i = from + step; i < end; i += 2) {
          row.putShort(i, (short) (row.getShort(i) + row.getShort(i - step)));
        }
      }
      default -> {
        for (int i = from + step; i < end; i += 4) {
          row.putInt(i, row.getInt(i) + row.getInt(i - step));
        }
      }
    }
  }

  /**
   * Adobe's floating-point predictor: a row holds the highest bytes of all samples, then the second
   * highest and so on, as byte differences. Leaves big-endian samples.
   */
  private void addFloatDifferences(byte[] data, int from, int rowBytes) {
    byte[] row = Arrays.copyOfRange(data, from, from + rowBytes);
    for (int i = samples; i < rowBytes; i++) {
      row[i] += row[i - samples];
    }
    int bytes = bits / 8;
    int count = rowBytes / bytes;
    for (int i = 0; i < count; i++) {
      for (int b = 0; b < bytes; b++) {
        data[from + i * bytes + b] = row[b * count + i];
      }
    }
  }
}
