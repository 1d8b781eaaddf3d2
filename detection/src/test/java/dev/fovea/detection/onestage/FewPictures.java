package dev.fovea.detection.onestage;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.Detector;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.data.PictureSet;
import dev.fovea.detection.train.BoxAugmentation;
import dev.fovea.detection.train.DetectionTrainer;
import dev.fovea.detection.train.DetectorDesign;
import dev.fovea.detection.train.DetectorEvaluation;
import dev.fovea.detection.train.Discs;
import dev.fovea.detection.train.ObjectRows;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Averaging;
import dev.fovea.engine.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What detectors of one stage are tried on. */
final class FewPictures {
  private static final double WELL = 0.9;

  private FewPictures() {}

  /** Objects of two pictures of 64 x 64 pixels: two and one to be ignored, and none. */
  static Tensor target() {
    Tensor rows = Tensor.zeros(2, 3, ObjectRows.COLUMNS);
    ObjectRows.write(
        List.of(
            Annotation.of(0, new Box(5, 7, 33, 30)),
            Annotation.of(1, new Box(30, 31, 60, 58)),
            Annotation.of(1, new Box(40, 2, 60, 20)).withDifficult(true)),
        rows.slice(0, 1).reshape(3, ObjectRows.COLUMNS));
    ObjectRows.write(List.of(), rows.slice(1, 2).reshape(3, ObjectRows.COLUMNS));
    return rows;
  }

  /** Learns six pictures with one to three discs by heart, and reads the file with the network. */
  static void learn(DetectorDesign design, Path folder, int size, int epochs, double rate)
      throws IOException {
    PictureSet set = Discs.write(folder, 6, size, 43);
    DetectionTrainer trainer = new DetectionTrainer(design, BoxAugmentation.NONE);
    Graph graph = design.build(2, 1);
    trainer
        .trainer(
            graph,
            set,
            null,
            TrainingListener.NONE,
            trainer
                .options(epochs, 3, rate, 1, false)
                .on(Backends.defaultBackend(), 2)
                .withAveraging(Averaging.ema(0.9)))
        .fit();
    Path file = folder.resolve("discs.onnx");
    new ModelFile(graph, design.card("discs", Discs.CLASSES)).write(file);
    Map<String, Double> figures =
        DetectorEvaluation.of(Detector.load(file), set, () -> false).figures();
    assertTrue(figures.get(DetectorEvaluation.AP50) > WELL, () -> "found " + figures);
  }
}
