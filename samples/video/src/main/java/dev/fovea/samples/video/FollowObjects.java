package dev.fovea.samples.video;

import dev.fovea.detection.Detection;
import dev.fovea.detection.Detector;
import dev.fovea.engine.image.BufferedImages;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.opencv.FrameReader;
import dev.fovea.engine.opencv.FrameWriter;
import dev.fovea.samples.detection.BoxDrawing;
import dev.fovea.samples.detection.IouTracker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds objects in a video file, follows them from frame to frame and writes a video with boxes and
 * the number of each object. Arguments: a model, a video, an AVI file to write.
 */
public final class FollowObjects {
  private static final double LEAST_OVERLAP = 0.3;
  private static final int PATIENCE = 5;

  private FollowObjects() {}

  /** Runs from the command line. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      throw new IllegalArgumentException("expected: MODEL VIDEO OUTPUT.avi");
    }
    Detector detector = Detector.load(Path.of(arguments[0]));
    int frames =
        follow(detector::detect, detector::className, Path.of(arguments[1]), Path.of(arguments[2]));
    System.out.println(frames + " frames");
  }

  /**
   * Writes the video.
   *
   * @param detect finds objects in a frame
   * @param name of the class of a find
   * @return number of frames
   */
  static int follow(
      Function<Image, List<Detection>> detect,
      Function<Detection, String> name,
      Path video,
      Path output)
      throws IOException {
    IouTracker tracker = new IouTracker(LEAST_OVERLAP, PATIENCE);
    int frames = 0;
    try (FrameReader reader = FrameReader.open(video);
        FrameWriter writer =
            FrameWriter.open(
                output,
                reader.width(),
                reader.height(),
                (int) Math.max(1, Math.round(reader.framesPerSecond())))) {
      for (Optional<Image> frame; (frame = reader.next()).isPresent(); frames++) {
        // By identity: two finds may be equal.
        IdentityHashMap<Detection, Integer> ids = new IdentityHashMap<>();
        List<Detection> found = detect.apply(frame.get());
        tracker.update(found).forEach(t -> ids.put(t.detection(), t.id()));
        writer.write(
            BufferedImages.toImage(
                BoxDrawing.draw(frame.get(), found, d -> name.apply(d) + " " + ids.get(d))));
      }
    }
    return frames;
  }
}
