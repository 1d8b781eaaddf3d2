package dev.fovea.visualize.inside;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Which pictures a network takes for alike. */
public final class FeatureNeighbors {
  private FeatureNeighbors() {}

  /**
   * A picture that is near to another.
   *
   * @param index which one
   * @param similarity cosine of the angle between the vectors, 1 for the same direction
   */
  public record Neighbor(int index, double similarity) {}

  /**
   * The nearest other vectors by the angle between them.
   *
   * @param vectors of one length
   * @param of index of the one whose neighbours are wanted
   * @param count how many at most
   * @return nearest first; equal ones by index
   */
  public static List<Neighbor> nearest(List<double[]> vectors, int of, int count) {
    return IntStream.range(0, vectors.size())
        .filter(j -> j != of)
        .mapToObj(j -> new Neighbor(j, cosine(vectors.get(of), vectors.get(j))))
        .sorted(Comparator.comparingDouble(n -> -n.similarity()))
        .limit(count)
        .toList();
  }

  private static double cosine(double[] a, double[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return aa == 0 || bb == 0 ? 0 : ab / Math.sqrt(aa * bb);
  }
}
