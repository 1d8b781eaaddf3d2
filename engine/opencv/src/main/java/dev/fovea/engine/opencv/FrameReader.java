package dev.fovea.engine.opencv;

import dev.fovea.engine.image.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.opencv.core.Mat;
import org.opencv.videoio.VideoCapture;
import org.opencv.videoio.Videoio;

/**
 * The frames of a video file, one after the other. Which formats can be read is decided by how
 * OpenCV was built: that which comes with Fovea has neither FFmpeg nor GStreamer on Linux and reads
 * AVI files of JPEG frames there; on Windows and macOS those of the system come on top. Not
 * thread-safe; to be closed.
 */
public final class FrameReader implements AutoCloseable {
  /** As large as the pictures that are refused elsewhere, too. */
  private static final long MOST_PIXELS = 1L << 28;

  /** Not that of numbered pictures: a percent sign in a file's name is nothing but that. */
  private static final int[] READERS = {
    Videoio.CAP_MSMF, Videoio.CAP_AVFOUNDATION, Videoio.CAP_FFMPEG, Videoio.CAP_OPENCV_MJPEG
  };

  private final Path file;
  private final VideoCapture capture;
  private final Mat frame = new Mat();

  private FrameReader(Path file, VideoCapture capture) {
    this.file = file;
    this.capture = capture;
  }

  /**
   * Opens a file.
   *
   * @throws IOException if there is none, or OpenCV cannot read it
   * @throws UnsupportedOperationException if OpenCV cannot be loaded
   */
  public static FrameReader open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "expected a video file");
    }
    OpenCvLibrary.load();
    VideoCapture capture = new VideoCapture();
    for (int api : READERS) {
      if (capture.open(file.toAbsolutePath().toString(), api)) {
        break;
      }
    }
    if (!capture.isOpened()) {
      throw new IOException(
          file + ": found no video that this build of OpenCV can read, expected AVI (Motion JPEG)");
    }
    FrameReader reader = new FrameReader(file, capture);
    if (reader.width() < 1
        || reader.height() < 1
        || (long) reader.width() * reader.height() > MOST_PIXELS) {
      reader.close();
      throw new IOException(
          file
              + ": found frames of %d x %d pixels, expected 1 to %d"
                  .formatted(reader.width(), reader.height(), MOST_PIXELS));
    }
    return reader;
  }

  /** Columns of a frame, as the file says. */
  public int width() {
    return (int) capture.get(Videoio.CAP_PROP_FRAME_WIDTH);
  }

  /** Rows of a frame, as the file says. */
  public int height() {
    return (int) capture.get(Videoio.CAP_PROP_FRAME_HEIGHT);
  }

  /** Frames in a second, as the file says; 0 if it does not. */
  public double framesPerSecond() {
    return capture.get(Videoio.CAP_PROP_FPS);
  }

  /**
   * The next frame in colour; empty at the end.
   *
   * @throws IOException if it cannot be decoded
   */
  public Optional<Image> next() throws IOException {
    try {
      return capture.read(frame) && !frame.empty()
          ? Optional.of(Mats.toImage(frame))
          : Optional.empty();
    } catch (RuntimeException e) {
      // What OpenCV throws has no common type but this.
      throw new IOException(file + ": found a frame that cannot be decoded: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    frame.release();
    capture.release();
  }
}
