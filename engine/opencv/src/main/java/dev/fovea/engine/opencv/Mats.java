package dev.fovea.engine.opencv;

import dev.fovea.engine.image.Image;
import java.util.function.Function;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

/**
 * Conversion between {@link Image} and OpenCV's {@link Mat}. OpenCV keeps the channels of a pixel
 * together, blue first; an image has a plane for each channel, red first. Samples are copied as
 * they are: unsigned 8 and 16 bits, and 32-bit floats, with one channel or three. Stateless and
 * thread-safe; a Mat must not be changed while it is converted.
 */
public final class Mats {
  private Mats() {}

  /**
   * The picture in a Mat, which may be a part of a larger one; it is not modified.
   *
   * @throws IllegalArgumentException if it is empty, or of another type: {@code
   *     Imgproc.cvtColor(mat, to, Imgproc.COLOR_BGRA2BGR)} takes a transparency off, {@code
   *     mat.convertTo(to, CvType.CV_32F)} makes floats
   */
  public static Image toImage(Mat mat) {
    int channels = mat.channels();
    if (mat.dims() != 2 || mat.empty() || (channels != 1 && channels != 3)) {
      throw refused(mat);
    }
    int width = mat.cols();
    int height = mat.rows();
    switch (mat.depth()) {
      case CvType.CV_8U -> {
        byte[][] planes = new byte[channels][width * height];
        byte[] row = new byte[width * channels];
        for (int y = 0; y < height; y++) {
          mat.get(y, 0, row);
          for (int i = 0; i < row.length; i++) {
            planes[plane(i, channels)][y * width + i / channels] = row[i];
          }
        }
        return Image.ofUint8(width, height, planes);
      }
      case CvType.CV_16U -> {
        short[][] planes = new short[channels][width * height];
        short[] row = new short[width * channels];
        for (int y = 0; y < height; y++) {
          mat.get(y, 0, row);
          for (int i = 0; i < row.length; i++) {
            planes[plane(i, channels)][y * width + i / channels] = row[i];
          }
        }
        return Image.ofUint16(width, height, planes);
      }
      case CvType.CV_32F -> {
        float[][] planes = new float[channels][width * height];
        float[] row = new float[width * channels];
        for (int y = 0; y < height; y++) {
          mat.get(y, 0, row);
          for (int i = 0; i < row.length; i++) {
            planes[plane(i, channels)][y * width + i / channels] = row[i];
          }
        }
        return Image.ofFloat32(width, height, planes);
      }
      default -> throw refused(mat);
    }
  }

  private static IllegalArgumentException refused(Mat mat) {
    return new IllegalArgumentException(
        "Mat: found "
            + (mat.dims() == 2 ? mat.cols() + " x " + mat.rows() : mat.dims() + " dimensions")
            + " of type "
            + CvType.typeToString(mat.type())
            + ", expected a picture of CV_8U, CV_16U or CV_32F with 1 or 3 channels");
  }

  /** Which plane of an image holds a sample of an interleaved row: the order is reversed. */
  private static int plane(int index, int channels) {
    return channels - 1 - index % channels;
  }

  /**
   * A new Mat with a copy of a picture. Its memory is OpenCV's; {@link Mat#release} frees it at
   * once.
   *
   * @throws IllegalArgumentException if there are neither 1 nor 3 channels
   * @throws UnsupportedOperationException if OpenCV cannot be loaded
   */
  public static Mat fromImage(Image image) {
    int channels = image.channels();
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "Mat: found an image of " + channels + " channels, expected 1 or 3");
    }
    OpenCvLibrary.load();
    float[][] planes = new float[channels][];
    for (int c = 0; c < channels; c++) {
      planes[c] = image.plane(c);
    }
    int width = image.width();
    Mat mat = new Mat(image.height(), width, type(image));
    for (int y = 0; y < image.height(); y++) {
      float[] row = new float[width * channels];
      for (int i = 0; i < row.length; i++) {
        row[i] = planes[plane(i, channels)][y * width + i / channels];
      }
      put(mat, y, row);
    }
    return mat;
  }

  private static int type(Image image) {
    int depth =
        switch (image.type()) {
          case UINT8 -> CvType.CV_8U;
          case UINT16 -> CvType.CV_16U;
          case FLOAT32 -> CvType.CV_32F;
        };
    return CvType.makeType(depth, image.channels());
  }

  private static void put(Mat mat, int y, float[] row) {
    switch (mat.depth()) {
      case CvType.CV_8U -> {
        byte[] bytes = new byte[row.length];
        for (int i = 0; i < row.length; i++) {
          bytes[i] = (byte) (int) row[i];
        }
        mat.put(y, 0, bytes);
      }
      case CvType.CV_16U -> {
        short[] shorts = new short[row.length];
        for (int i = 0; i < row.length; i++) {
          shorts[i] = (short) (int) row[i];
        }
        mat.put(y, 0, shorts);
      }
      default -> mat.put(y, 0, row);
    }
  }

  /**
   * A function of pictures as one of Mats: {@code Mats.adapt(detector::detect)} detects in frames
   * of OpenCV.
   */
  public static <R> Function<Mat, R> adapt(Function<Image, R> function) {
    return mat -> function.apply(toImage(mat));
  }
}
