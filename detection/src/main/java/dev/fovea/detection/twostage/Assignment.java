package dev.fovea.detection.twostage;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.BalancedSampler;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.Matcher;
import dev.fovea.detection.box.Overlap;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The regions of a picture that take part in a loss, and what they have to find.
 *
 * @param positive indices of regions with an object
 * @param truth the object of each of these, as an index
 * @param negative indices of regions without one
 */
record Assignment(int[] positive, int[] truth, int[] negative) {
  /** A region of which so much lies in an object to be ignored is neither positive nor negative. */
  private static final double IGNORED = 0.5;

  /**
   * Draws regions.
   *
   * @param regions anchors or proposals, each with an area
   * @param objects true objects; those that are difficult or crowds, or have no area, are ignored
   */
  static Assignment draw(
      List<Box> regions,
      List<Annotation> objects,
      Matcher matcher,
      BalancedSampler sampler,
      long seed) {
    int[] truth =
        IntStream.range(0, objects.size()).filter(o -> !isIgnored(objects.get(o))).toArray();
    List<Box> ignored =
        objects.stream().filter(Assignment::isIgnored).map(Annotation::box).toList();
    int[] free =
        IntStream.range(0, regions.size())
            .filter(r -> ignored.stream().noneMatch(b -> isInside(regions.get(r), b)))
            .toArray();
    Matcher.Matches matches =
        matcher.match(
            Arrays.stream(truth).mapToObj(o -> objects.get(o).box()).toList(),
            Arrays.stream(free).mapToObj(regions::get).toList());
    BalancedSampler.Sample drawn = sampler.sample(matches, seed);
    return new Assignment(
        Arrays.stream(drawn.positive()).map(i -> free[i]).toArray(),
        Arrays.stream(drawn.positive()).map(i -> truth[matches.truth(i)]).toArray(),
        Arrays.stream(drawn.negative()).map(i -> free[i]).toArray());
  }

  private static boolean isIgnored(Annotation object) {
    return object.difficult() || object.crowd() || object.box().isEmpty();
  }

  private static boolean isInside(Box region, Box ignored) {
    return Overlap.IOA.of(ignored, region) >= IGNORED;
  }
}
