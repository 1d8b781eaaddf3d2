package dev.fovea.engine.opencv;

import dev.fovea.engine.image.Image;
import java.io.IOException;
import java.nio.file.Path;
import org.opencv.core.Mat;
import org.opencv.core.Size;
import org.opencv.videoio.VideoWriter;
import org.opencv.videoio.Videoio;

/**
 * Writes frames into a video file: AVI with JPEG frames, which every build of OpenCV can write and
 * most players can show. Not thread-safe; the file is complete after {@link #close}.
 */
public final class FrameWriter implements AutoCloseable {
  private final VideoWriter writer;
  private final int width;
  private final int height;

  private FrameWriter(VideoWriter writer, int width, int height) {
    this.writer = writer;
    this.width = width;
    this.height = height;
  }

  /**
   * Begins a file; one that is there is replaced.
   *
   * @param file its name ends in {@code .avi}
   * @param framesPerSecond above 0; whole, as OpenCV's writer cuts fractions off
   * @throws IOException if it cannot be written
   * @throws UnsupportedOperationException if OpenCV cannot be loaded
   */
  public static FrameWriter open(Path file, int width, int height, int framesPerSecond)
      throws IOException {
    if (width < 1 || height < 1 || framesPerSecond < 1) {
      throw new IllegalArgumentException(
          "video: found %d x %d pixels, %d frames a second, expected numbers above 0"
              .formatted(width, height, framesPerSecond));
    }
    if (!file.toString().endsWith(".avi")) {
      throw new IllegalArgumentException("video: found " + file + ", expected a name in .avi");
    }
    OpenCvLibrary.load();
    VideoWriter writer = new VideoWriter();
    writer.open(
        file.toAbsolutePath().toString(),
        Videoio.CAP_OPENCV_MJPEG,
        VideoWriter.fourcc('M', 'J', 'P', 'G'),
        framesPerSecond,
        new Size(width, height),
        true);
    if (!writer.isOpened()) {
      throw new IOException(file + ": cannot be written");
    }
    return new FrameWriter(writer, width, height);
  }

  /**
   * Adds a frame; grey becomes colour, more than 8 bits become 8.
   *
   * @throws IllegalArgumentException if it has another size
   */
  public void write(Image image) {
    if (image.width() != width || image.height() != height) {
      throw new IllegalArgumentException(
          "video: found a frame of %d x %d, expected %d x %d"
              .formatted(image.width(), image.height(), width, height));
    }
    Mat frame = Mats.fromImage(image.asUint8().toRgb());
    writer.write(frame);
    frame.release();
  }

  @Override
  public void close() {
    writer.release();
  }
}
