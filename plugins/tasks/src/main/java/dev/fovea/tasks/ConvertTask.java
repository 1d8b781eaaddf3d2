package dev.fovea.tasks;

import dev.fovea.detection.data.CocoJson;
import dev.fovea.detection.data.DatasetCheck;
import dev.fovea.detection.data.DetectionDataset;
import dev.fovea.detection.data.DetectionFolders;
import dev.fovea.detection.data.PictureSet;
import dev.fovea.detection.data.VocXml;
import dev.fovea.detection.data.YoloTxt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the boxes of a data set in another format; pictures stay where they are. What a format
 * cannot hold is said by {@link CocoJson}, {@link VocXml} and {@link YoloTxt}.
 */
public final class ConvertTask implements DataTask<ConvertTask.Parameters, ConvertTask.Result> {
  private static final String DATA = "data";
  private static final String OUTPUT = "output";
  private static final String TO = "to";
  private static final String SPLIT = "split";
  private static final String COCO = "coco";
  private static final String VOC = "voc";
  private static final String YOLO = "yolo";
  private static final String ALL = "all";

  /**
   * What to convert.
   *
   * @param data folder or file of the data set
   * @param output the JSON file of COCO, else a folder
   * @param to the format
   * @param split the part; empty for all there is
   */
  public record Parameters(Path data, Path output, String to, String split) {}

  /**
   * What was converted.
   *
   * @param output as in the parameters
   * @param pictures how many
   * @param objects how many
   * @param problems boxes and pictures that are not as they should be; they were written all the
   *     same
   */
  public record Result(
      Path output, int pictures, int objects, List<DatasetCheck.Problem> problems) {}

  @Override
  public String name() {
    return "convert";
  }

  @Override
  public String description() {
    return "Write the boxes of a data set in another format: COCO, Pascal VOC or YOLO.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.folder("Data (folder)", "The data set: a folder, data.yaml or a JSON file."),
        Parameter.outputFile("Output (file)", "The JSON file for COCO, a folder for others."),
        Parameter.choice("To (format)", List.of(COCO, VOC, YOLO), "The format to write."),
        Parameter.text("Split (part)", ALL, "The part to convert, such as train or val."));
  }

  @Override
  public Parameters bind(Arguments arguments) {
    String split = arguments.text(SPLIT);
    return new Parameters(
        Path.of(arguments.text(DATA)),
        Path.of(arguments.text(OUTPUT)),
        arguments.text(TO),
        split.equals(ALL) ? "" : split);
  }

  @Override
  public Result run(Parameters p, RunOptions options, TaskContext context) throws IOException {
    PictureSet set = DetectionFolders.read(p.data(), p.split());
    DetectionDataset data = set.data();
    List<DatasetCheck.Problem> problems = DatasetCheck.of(data);
    problems.forEach(problem -> context.log("note: " + problem));
    context.checkCancelled();
    if (p.to().equals(COCO)) {
      TrainingOptions.prepareFile(p.output());
      CocoJson.write(data, p.output(), CocoJson.Runs.TEXT);
    } else {
      Files.createDirectories(p.output());
      if (p.to().equals(VOC)) {
        new VocXml(VocXml.Frame.AS_WRITTEN).write(data, p.output());
      } else {
        YoloTxt.write(data, p.output(), p.split().isEmpty() ? "train" : p.split());
      }
    }
    return new Result(p.output(), data.pictures().size(), data.objects(), problems);
  }
}
