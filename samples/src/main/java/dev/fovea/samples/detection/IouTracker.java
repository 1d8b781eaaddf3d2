package dev.fovea.samples.detection;

import dev.fovea.detection.Detection;
import dev.fovea.detection.box.Overlap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Follows objects from frame to frame by their overlap alone (after Bochinski et al. 2017,
 * "High-speed tracking-by-detection without using image information"): of all pairs of an object
 * and a find of its class, the one that overlaps most belongs together, then the next. What is left
 * of the finds is new; an object that was not found for some frames is gone. Not thread-safe.
 */
public final class IouTracker {
  private final double least;
  private final int patience;
  private final List<Followed> followed = new ArrayList<>();
  private int next = 1;

  /**
   * An object in a frame.
   *
   * @param id its number, the same in all frames
   * @param detection where it was found
   */
  public record Track(int id, Detection detection) {}

  private record Followed(Track track, int missed) {}

  private record Pair(int object, int find, double overlap) {}

  /**
   * Follows nothing yet.
   *
   * @param least overlap (IoU) from one frame to the next, above 0
   * @param patience frames for which an object may be missing
   */
  public IouTracker(double least, int patience) {
    if (!(least > 0 && least <= 1) || patience < 0) {
      throw new IllegalArgumentException(
          "tracker: found an overlap of %s and %d frames, expected 0 < overlap <= 1, frames >= 0"
              .formatted(least, patience));
    }
    this.least = least;
    this.patience = patience;
  }

  /** Takes the finds of the next frame; the objects in it, in the order of the finds. */
  public List<Track> update(List<Detection> found) {
    Track[] tracks = new Track[found.size()];
    Set<Integer> seen = new HashSet<>();
    for (Pair pair : pairs(found)) {
      if (tracks[pair.find()] == null && seen.add(pair.object())) {
        int id = followed.get(pair.object()).track().id();
        tracks[pair.find()] = new Track(id, found.get(pair.find()));
      }
    }
    List<Followed> now = new ArrayList<>();
    for (int o = 0; o < followed.size(); o++) {
      Followed old = followed.get(o);
      if (!seen.contains(o) && old.missed() < patience) {
        now.add(new Followed(old.track(), old.missed() + 1));
      }
    }
    for (int f = 0; f < tracks.length; f++) {
      if (tracks[f] == null) {
        tracks[f] = new Track(next++, found.get(f));
      }
      now.add(new Followed(tracks[f], 0));
    }
    followed.clear();
    followed.addAll(now);
    return List.of(tracks);
  }

  private List<Pair> pairs(List<Detection> found) {
    List<Pair> pairs = new ArrayList<>();
    for (int o = 0; o < followed.size(); o++) {
      Detection old = followed.get(o).track().detection();
      for (int f = 0; f < found.size(); f++) {
        double overlap = Overlap.IOU.of(old.box(), found.get(f).box());
        if (overlap >= least && old.label() == found.get(f).label()) {
          pairs.add(new Pair(o, f, overlap));
        }
      }
    }
    pairs.sort(
        Comparator.comparingDouble(Pair::overlap)
            .reversed()
            .thenComparingInt(Pair::object)
            .thenComparingInt(Pair::find));
    return pairs;
  }
}
