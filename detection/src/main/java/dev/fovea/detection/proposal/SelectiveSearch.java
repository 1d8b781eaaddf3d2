package dev.fovea.detection.proposal;

import dev.fovea.detection.box.Box;
import dev.fovea.engine.image.Image;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Selective search: boxes that may hold an object, of any kind and size (Uijlings et al. 2013,
 * "Selective search for object recognition"). A picture is cut into small regions ({@link
 * GraphSegmentation}), the most alike of which are joined again and again; the boxes around all
 * regions on the way are proposals. As no single rule suits all objects, this is done with several
 * colour spaces, sizes of the first regions and measures of similarity, and what each of them gives
 * is put together.
 *
 * <p>Proposals are ranked as in the paper: the place of a region in its hierarchy, 1 for the whole
 * picture, times a random number, smallest first; of equal boxes the best counts. Immutable and
 * thread-safe; the same seed ranks the same.
 *
 * @param spaces colour spaces
 * @param scales numbers {@code k} of the segmentation, which are the sizes of its smallest regions,
 *     too
 * @param measures sets of similarities, each of which gives a hierarchy
 * @param seed of the ranking
 */
public record SelectiveSearch(
    List<ColorSpace> spaces, List<Integer> scales, List<Set<Similarity>> measures, long seed) {

  private static final double SIGMA = 0.8;

  private static final Set<Similarity> ALL =
      Set.of(Similarity.COLOR, Similarity.TEXTURE, Similarity.SIZE, Similarity.FILL);

  private static final Set<Similarity> WITHOUT_COLOR =
      Set.of(Similarity.TEXTURE, Similarity.SIZE, Similarity.FILL);

  /** Checks that there is at least one of each. */
  public SelectiveSearch {
    spaces = List.copyOf(spaces);
    scales = List.copyOf(scales);
    measures = measures.stream().map(Set::copyOf).toList();
    if (spaces.isEmpty()
        || scales.isEmpty()
        || measures.isEmpty()
        || measures.contains(Set.<Similarity>of())
        || scales.stream().anyMatch(k -> k < 1)) {
      throw new IllegalArgumentException(
          "selective search: found colour spaces %s, scales %s, measures %s, expected some of each"
                  .formatted(spaces, scales, measures)
              + " and scales from 1");
    }
  }

  /** A single hierarchy: HSV, k = 100, all four measures. */
  public static SelectiveSearch single(long seed) {
    return new SelectiveSearch(List.of(ColorSpace.HSV), List.of(100), List.of(ALL), seed);
  }

  /** The paper's fast mode: HSV and Lab, k = 50 and 100, with and without colour; 8 hierarchies. */
  public static SelectiveSearch fast(long seed) {
    return new SelectiveSearch(
        List.of(ColorSpace.HSV, ColorSpace.LAB),
        List.of(50, 100),
        List.of(ALL, WITHOUT_COLOR),
        seed);
  }

  /** The paper's quality mode: five colour spaces, four scales, four measures; 80 hierarchies. */
  public static SelectiveSearch quality(long seed) {
    return new SelectiveSearch(
        List.of(ColorSpace.values()),
        List.of(50, 100, 150, 300),
        List.of(ALL, WITHOUT_COLOR, Set.of(Similarity.FILL), Set.of(Similarity.SIZE)),
        seed);
  }

  /**
   * The proposals for a picture.
   *
   * @return boxes in pixels of the picture, each once, the best first
   * @throws IllegalArgumentException if the picture has neither 1 nor 3 channels
   */
  public List<Box> propose(Image image) {
    List<Ranked> ranked = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(seed);
    for (ColorSpace space : spaces) {
      float[][] planes = space.planes(image);
      RegionMap.Textures textures = RegionMap.Textures.of(planes, image.width());
      for (int k : scales) {
        int[] labels = new GraphSegmentation(k, SIGMA, k).segment(planes, image.width());
        RegionMap map = new RegionMap(labels, image.width());
        List<Region> regions = map.regions(planes, textures);
        List<int[]> touching = map.neighbours();
        for (Set<Similarity> set : measures) {
          rank(Grouping.of(regions, touching, set, labels.length), random, ranked);
        }
      }
    }
    ranked.sort(Comparator.comparingDouble(Ranked::rank));
    Set<Box> seen = new HashSet<>();
    return ranked.stream().map(Ranked::box).filter(seen::add).toList();
  }

  private record Ranked(double rank, Box box) {}

  private static void rank(List<Region> hierarchy, SplittableRandom random, List<Ranked> to) {
    for (int i = 0; i < hierarchy.size(); i++) {
      int place = hierarchy.size() - i;
      to.add(new Ranked(random.nextDouble() * place, hierarchy.get(i).box()));
    }
  }
}
