package dev.fovea.detection.twostage;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Resize;
import java.util.ArrayList;
import java.util.List;

/**
 * Joins the maps of a backbone from top to bottom, so that the fine ones know what the coarse ones
 * have recognised (Lin et al. 2017, "Feature pyramid networks for object detection"): each map is
 * brought to the same number of channels by a 1x1 convolution, the enlarged coarser one is added,
 * and a 3x3 convolution smooths the sum. Immutable.
 *
 * @param channels of all maps
 */
record FeaturePyramid(int channels) {

  /**
   * Adds the layers.
   *
   * @param maps finest first, each twice as large as the next
   * @param names of the joined maps
   */
  List<Value> add(Layers layers, List<Value> maps, List<String> names) {
    Graph.Builder graph = layers.graph();
    List<Value> joined = new ArrayList<>();
    Value above = null;
    for (int l = maps.size() - 1; l >= 0; l--) {
      String name = names.get(l);
      Value x = layers.conv(name + ".lateral", maps.get(l), channels, 1, 1, 0, true);
      if (above != null) {
        Value larger = graph.node(name + ".larger", Resize.nearest(2), above);
        x = graph.node(name + ".sum", new Add(), x, larger);
      }
      above = x;
      joined.add(0, layers.conv(name, x, channels, 3, 1, 1, true));
    }
    return joined;
  }
}
