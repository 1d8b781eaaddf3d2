package dev.fovea.visualize.inside;

import dev.fovea.engine.image.Image;
import dev.fovea.visualize.ContactSheet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The pieces of many pictures to which each channel of a layer answers most, one of each picture at
 * most. Girshick, Donahue, Darrell and Malik, "Rich feature hierarchies", CVPR 2014, section 3.1.
 * Not thread-safe.
 */
public final class StrongestPatches {
  private static final int GAP = 2;

  private record Patch(float strength, Image image) {}

  private final List<List<Patch>> channels = new ArrayList<>();
  private final int most;

  /**
   * None yet.
   *
   * @param channels how many channels are looked at
   * @param most patches that are kept of each
   */
  public StrongestPatches(int channels, int most) {
    this.most = most;
    for (int c = 0; c < channels; c++) {
      this.channels.add(new ArrayList<>());
    }
  }

  /** Offers the patch of a picture to a channel. */
  public void add(int channel, float strength, Image patch) {
    List<Patch> patches = channels.get(channel);
    patches.add(new Patch(strength, patch));
    patches.sort(Comparator.comparingDouble(p -> -p.strength()));
    if (patches.size() > most) {
      patches.remove(most);
    }
  }

  /** How strong the patches of a channel are, strongest first. */
  public List<Float> strengths(int channel) {
    return channels.get(channel).stream().map(Patch::strength).toList();
  }

  /**
   * A row for each channel, strongest patches first.
   *
   * @throws IllegalArgumentException if no patch was added
   */
  public Image sheet() {
    List<Image> images = new ArrayList<>();
    channels.forEach(patches -> patches.forEach(p -> images.add(p.image())));
    int columns = channels.stream().mapToInt(List::size).max().orElse(1);
    return ContactSheet.of(images, Math.max(1, columns), GAP, 1);
  }
}
