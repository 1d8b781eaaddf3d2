package dev.fovea.detection.twostage;

import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.PyramidLevels;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.RoiWindow;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.RoiAlign;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Takes the features of regions from the maps of a pyramid, each region from the map that suits its
 * size (Lin et al. 2017; RoIAlign of He et al. 2017).
 *
 * <p>A graph has shapes that do not depend on the regions. So all regions are taken from all maps,
 * and the results are added; but in the coordinates for a map, those regions that belong to another
 * one are empty boxes far outside, the features of which are zeros and cost nothing. Immutable and
 * thread-safe.
 *
 * @param levels which map a region belongs to, from 0
 * @param strides of the maps
 */
record RegionPooling(PyramidLevels levels, List<Integer> strides) {
  private static final int EDGES = 4;

  /** Samples are one pixel apart or nearer if bins are not larger than two pixels of the map. */
  private static final int SAMPLES = 2;

  private static final float FAR_OUTSIDE = -1e4f;

  /**
   * Adds the nodes.
   *
   * @param maps {@code [N, C, h, w]}
   * @param regions for each map {@code [R, 4]}
   * @param pictures {@code [R]}
   * @param side of what comes out, {@code [R, C, side, side]}
   */
  Value add(
      Graph.Builder graph,
      String name,
      List<Value> maps,
      List<Value> regions,
      Value pictures,
      int side) {
    Value sum = null;
    for (int l = 0; l < maps.size(); l++) {
      RoiWindow window = new RoiWindow(1f / strides.get(l), SAMPLES, true, false);
      RoiAlign op = new RoiAlign(side, side, window);
      Value own = graph.node(name + "." + l, op, maps.get(l), regions.get(l), pictures);
      sum = l == 0 ? own : graph.node(name + ".sum" + l, new Add(), sum, own);
    }
    return sum;
  }

  /** Writes a region into the coordinates for all maps. */
  void put(Box region, int row, List<Tensor> to) {
    int level = levels.of(region);
    for (int l = 0; l < to.size(); l++) {
      double[] edges = region.xyxy();
      int at = to.get(l).offset() + row * EDGES;
      for (int e = 0; e < EDGES; e++) {
        to.get(l).array()[at + e] = l == level ? (float) edges[e] : FAR_OUTSIDE;
      }
    }
  }

  /** Writes no region. */
  void putNone(int row, List<Tensor> to) {
    for (Tensor t : to) {
      t.slice(row, row + 1).fill(FAR_OUTSIDE);
    }
  }
}
