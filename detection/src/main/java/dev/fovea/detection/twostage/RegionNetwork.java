package dev.fovea.detection.twostage;

import dev.fovea.detection.Detection;
import dev.fovea.detection.DetectionNetwork;
import dev.fovea.detection.Frame;
import dev.fovea.detection.Thresholds;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.mask.RleMask;
import dev.fovea.detection.twostage.RegionModel.RegionInputs;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Runs the parts of a {@link RegionModel} one after the other. Thread-safe. */
final class RegionNetwork implements DetectionNetwork {
  private static final int COMPARED = 1000;
  private static final int PROPOSED = 300;

  private final RegionModel model;
  private final Inference trunk;
  private final Inference heads;
  private final Optional<Inference> maskHead;

  /** Opens the parts. */
  RegionNetwork(Graph graph, RegionModel model, Function<Graph, Inference> runtime) {
    this.model = model;
    this.trunk = runtime.apply(model.trunk(graph));
    this.heads = runtime.apply(RegionModel.heads(graph));
    this.maskHead =
        model.masks() ? Optional.of(runtime.apply(RegionModel.maskHead(graph))) : Optional.empty();
  }

  @Override
  public List<Detection> detect(Tensor input, Frame frame, Thresholds thresholds) {
    int height = input.shape().dim(2);
    int width = input.shape().dim(3);
    List<Tensor> said = trunk.forward(padded(input));
    List<Tensor> maps = said.subList(0, model.levels());
    List<Box> regions =
        model
            .proposals()
            .propose(
                said.subList(model.levels(), said.size()), 0, width, height, COMPARED, PROPOSED);
    if (regions.isEmpty()) {
      return List.of();
    }
    List<Tensor> answers = heads.forward(inputs(regions).after(maps));
    List<Heads.Found> found =
        Heads.read(answers.get(0), answers.get(1), regions, width, height, thresholds);
    List<Detection> inInput = found.stream().map(Heads.Found::detection).toList();
    List<Detection> inPicture = new ArrayList<>();
    Optional<Tensor> masks =
        inInput.isEmpty()
            ? Optional.empty()
            : maskHead.map(
                h ->
                    h.forward(inputs(inInput.stream().map(Detection::box).toList()).after(maps))
                        .get(0));
    for (int i = 0; i < inInput.size(); i++) {
      Detection d = inInput.get(i);
      Box box = frame.toPicture(d.box());
      if (!box.isEmpty()) {
        int row = i;
        Optional<RleMask> mask =
            masks.map(m -> MaskHead.paste(m, row, d.label(), box, frame.width(), frame.height()));
        inPicture.add(new Detection(d.label(), d.score(), box, mask));
      }
    }
    return inPicture;
  }

  private RegionInputs inputs(List<Box> regions) {
    RegionInputs inputs = RegionInputs.of(model, regions.size());
    for (int r = 0; r < regions.size(); r++) {
      inputs.put(model, r, regions.get(r), 0);
    }
    return inputs;
  }

  /** The input with zeros on the right and below, so that the maps of the pyramid fit. */
  private Tensor padded(Tensor input) {
    int channels = input.shape().dim(1);
    int height = input.shape().dim(2);
    int width = input.shape().dim(3);
    int rows = up(height);
    int columns = up(width);
    if (rows == height && columns == width) {
      return input;
    }
    Tensor padded = Tensor.zeros(Shape.of(1, channels, rows, columns));
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < height; y++) {
        System.arraycopy(
            input.array(),
            input.offset() + (c * height + y) * width,
            padded.array(),
            (c * rows + y) * columns,
            width);
      }
    }
    return padded;
  }

  private int up(int side) {
    return (side + model.multiple() - 1) / model.multiple() * model.multiple();
  }
}
