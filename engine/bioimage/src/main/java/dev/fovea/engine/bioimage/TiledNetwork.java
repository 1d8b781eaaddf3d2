package dev.fovea.engine.bioimage;

import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs a network of one input over a tensor of any size, run by run as {@link AxisTiles} lays them
 * in space. On axes that are not in space the tensor must have the extent that the network takes.
 * Immutable.
 */
final class TiledNetwork {
  private final ModelDescription description;
  private final TensorDescription input;
  private final Inference network;

  TiledNetwork(ModelDescription description, Inference network) {
    this.description = description;
    this.input = description.inputs().get(0);
    this.network = network;
  }

  /**
   * The grids of an output: one for each axis in space that the input has, null for others.
   *
   * @throws IllegalArgumentException if it cannot be put together of tiles
   */
  private List<OutputGrid> grids(TensorDescription output) {
    List<OutputGrid> grids = new ArrayList<>();
    for (Axis axis : output.axes()) {
      // A flat axis that the input does not have, as z of an image, is no matter of tiles.
      boolean added = input.axis(axis.id()).isEmpty() && axis.size() instanceof AxisSize.Fixed;
      boolean space = axis.kind() == Axis.Kind.SPACE && !added;
      grids.add(space ? grid(output.id() + "." + axis.id(), axis) : null);
    }
    return grids;
  }

  private OutputGrid grid(String what, Axis axis) {
    Optional<Axis> same = input.axis(axis.id()).filter(a -> a.kind() == Axis.Kind.SPACE);
    if (axis.size() instanceof AxisSize.Relative relative
        && same.isPresent()
        && relative.tensor().equals(input.id())
        && relative.axis().equals(axis.id())) {
      return OutputGrid.of(what, relative.factor(), relative.offset(), axis.halo());
    }
    if (axis.size() instanceof AxisSize.Fixed out
        && same.isPresent()
        && same.get().size() instanceof AxisSize.Fixed in) {
      // Two numbers do not tell a scale from a rim that is lost; a whole multiple is a scale.
      boolean scale = out.extent() % in.extent() == 0 || in.extent() % out.extent() == 0;
      return scale
          ? OutputGrid.of(what, (double) out.extent() / in.extent(), 0, axis.halo())
          : OutputGrid.of(what, 1, out.extent() - in.extent(), axis.halo());
    }
    throw new IllegalArgumentException(
        what
            + ": found the size "
            + axis.size()
            + ", expected one by "
            + input.id()
            + "."
            + axis.id());
  }

  /**
   * Runs the network.
   *
   * @param tensor the input, processed
   * @param most largest extent of a run in space
   * @return the outputs, put together
   * @throws IllegalArgumentException if the tensor or the description does not fit
   * @throws IllegalStateException if the network gives other shapes than described
   */
  List<Tensor> run(Tensor tensor, int most, TileProgress progress) {
    List<List<OutputGrid>> grids = description.outputs().stream().map(this::grids).toList();
    List<AxisTiles> axes = new ArrayList<>();
    int total = 1;
    for (int d = 0; d < input.axes().size(); d++) {
      Axis axis = input.axes().get(d);
      AxisTiles tiles = null;
      if (axis.kind() == Axis.Kind.SPACE) {
        tiles = AxisTiles.of(what(axis), tensor.shape().dim(d), axis.size(), on(axis, grids), most);
        total = Math.multiplyExact(total, tiles.count());
      } else {
        requireExtent(axis, tensor.shape().dim(d));
      }
      axes.add(tiles);
    }
    List<Tensor> whole = new ArrayList<>();
    int[] tile = new int[axes.size()];
    for (int done = 0; done < total; done++) {
      List<Tensor> found = forward(Boxes.gather(tensor, coordinates(tensor.shape(), axes, tile)));
      for (int k = 0; k < grids.size(); k++) {
        Target target = new Target(description.outputs().get(k), grids.get(k), axes, tile);
        if (done == 0) {
          whole.add(Tensor.zeros(target.wholeShape(found.get(k).shape())));
        }
        target.place(found.get(k), whole.get(k));
      }
      progress.update(done + 1, total);
      next(tile, axes);
    }
    return whole;
  }

  private String what(Axis axis) {
    return input.id() + "." + axis.id();
  }

  private List<OutputGrid> on(Axis axis, List<List<OutputGrid>> grids) {
    List<OutputGrid> found = new ArrayList<>();
    for (int k = 0; k < grids.size(); k++) {
      int at = description.outputs().get(k).axisIds().indexOf(axis.id());
      if (at >= 0) {
        found.add(grids.get(k).get(at));
      }
    }
    return found;
  }

  private void requireExtent(Axis axis, int extent) {
    boolean fits = axis.kind() == Axis.Kind.BATCH;
    if (axis.size() instanceof AxisSize.Fixed fixed) {
      fits = fixed.extent() == extent;
    } else if (axis.size() instanceof AxisSize.Stepped stepped) {
      fits = extent >= stepped.min() && (extent - stepped.min()) % stepped.step() == 0;
    }
    if (!fits) {
      throw new IllegalArgumentException(
          what(axis) + ": found " + extent + ", expected " + axis.size());
    }
  }

  private List<Tensor> forward(Tensor tile) {
    List<Tensor> found = network.forward(tile);
    int expected = description.outputs().size();
    if (found.size() < expected) {
      throw new IllegalStateException(
          "the network gave " + found.size() + " outputs, expected " + expected);
    }
    return found;
  }

  private static int[][] coordinates(Shape shape, List<AxisTiles> axes, int[] tile) {
    int[][] all = new int[axes.size()][];
    for (int d = 0; d < all.length; d++) {
      if (axes.get(d) != null) {
        all[d] = axes.get(d).coordinates(tile[d]);
      } else {
        all[d] = new int[shape.dim(d)];
        for (int i = 0; i < all[d].length; i++) {
          all[d][i] = i;
        }
      }
    }
    return all;
  }

  /** Counts tiles up, the last axis fastest. */
  private static void next(int[] tile, List<AxisTiles> axes) {
    for (int d = tile.length - 1; d >= 0; d--) {
      int count = axes.get(d) == null ? 1 : axes.get(d).count();
      if (++tile[d] < count) {
        return;
      }
      tile[d] = 0;
    }
  }

  /** Where the result of a run goes in an output. */
  private final class Target {
    private final TensorDescription output;
    private final List<OutputGrid> grids;
    private final List<AxisTiles> axes;
    private final int[] tile;

    Target(TensorDescription output, List<OutputGrid> grids, List<AxisTiles> axes, int[] tile) {
      this.output = output;
      this.grids = grids;
      this.axes = axes;
      this.tile = tile;
    }

    private int inputAxis(int d) {
      return input.axisIds().indexOf(output.axes().get(d).id());
    }

    Shape wholeShape(Shape found) {
      int[] dims = found.toArray();
      requireRank(found);
      for (int d = 0; d < dims.length; d++) {
        if (grids.get(d) != null) {
          dims[d] = axes.get(inputAxis(d)).outputLength(grids.get(d));
          if (dims[d] == 0) {
            throw new IllegalArgumentException(
                output.id() + ": found an image too small for one pixel of output, expected more");
          }
        }
      }
      return Shape.of(dims);
    }

    private void requireRank(Shape found) {
      if (found.rank() != grids.size()) {
        throw new IllegalStateException(
            "the network gave "
                + found
                + " for '"
                + output.id()
                + "', expected the axes "
                + String.join(" ", output.axisIds()));
      }
    }

    void place(Tensor found, Tensor whole) {
      requireRank(found.shape());
      int rank = grids.size();
      int[] from = new int[rank];
      int[] to = new int[rank];
      int[] extent = found.shape().toArray();
      for (int d = 0; d < rank; d++) {
        OutputGrid grid = grids.get(d);
        if (grid == null) {
          continue;
        }
        int in = inputAxis(d);
        AxisTiles tiles = axes.get(in);
        int expected = grid.scaled(tiles.extent()) + grid.offset();
        if (extent[d] != expected) {
          throw new IllegalStateException(
              "the network gave "
                  + found.shape()
                  + " for '"
                  + output.id()
                  + "', expected "
                  + expected
                  + " on the axis "
                  + output.axes().get(d).id()
                  + " as described");
        }
        to[d] = tiles.from(tile[in], grid);
        extent[d] = tiles.to(tile[in], grid) - to[d];
        from[d] = tiles.within(tile[in], grid, to[d]);
      }
      Boxes.copy(found, from, whole, to, extent);
    }
  }
}
