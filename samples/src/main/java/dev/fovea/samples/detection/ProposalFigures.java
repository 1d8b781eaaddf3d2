package dev.fovea.samples.detection;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.data.PictureSet;
import dev.fovea.detection.evaluation.ProposalRecall;
import dev.fovea.detection.proposal.SelectiveSearch;
import dev.fovea.engine.image.Image;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * How many objects of a data set selective search finds: recall at an overlap of 0.5 and 0.7
 * against the number of proposals. Arguments: a folder with {@code images}, {@code annotations}
 * (Pascal VOC) and a list {@code val.txt}; {@code single}, {@code fast} or {@code quality}; perhaps
 * the name of another list.
 */
public final class ProposalFigures {
  private static final int[] COUNTS = {10, 30, 100, 300, 1000, 3000, 10_000};
  private static final long SEED = 1;

  private ProposalFigures() {}

  /** Runs from the command line. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 2) {
      throw new IllegalArgumentException("expected: DATA single|fast|quality [SPLIT]");
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    String split = arguments.length > 2 ? arguments[2] : "val";
    measure(VocSplit.read(Path.of(arguments[0]), split, List.of()), mode(arguments[1]), out);
  }

  /** The search that a word stands for. */
  static SelectiveSearch mode(String word) {
    return switch (word) {
      case "single" -> SelectiveSearch.single(SEED);
      case "fast" -> SelectiveSearch.fast(SEED);
      case "quality" -> SelectiveSearch.quality(SEED);
      default ->
          throw new IllegalArgumentException(
              "mode: found " + word + ", expected single, fast or quality");
    };
  }

  /** Measures and prints. */
  static void measure(PictureSet pictures, SelectiveSearch search, PrintStream out)
      throws IOException {
    ProposalRecall recall = new ProposalRecall();
    long nanos = 0;
    for (int i = 0; i < pictures.size(); i++) {
      Image image = pictures.image(i);
      long start = System.nanoTime();
      List<Box> proposals = search.propose(image);
      nanos += System.nanoTime() - start;
      recall.add(pictures.objects(i).stream().map(Annotation::box).toList(), proposals);
    }
    int n = pictures.size();
    out.printf(
        Locale.ROOT,
        "%d pictures, %d objects, %.0f proposals and %.2f s a picture%n",
        n,
        recall.objects(),
        recall.proposalsPerPicture(),
        nanos / 1e9 / n);
    out.println("| proposals | recall at 0.5 | recall at 0.7 | mean best overlap |");
    out.println("| ---: | ---: | ---: | ---: |");
    for (int count : COUNTS) {
      out.printf(
          Locale.ROOT,
          "| %d | %.3f | %.3f | %.3f |%n",
          count,
          recall.recall(0.5, count),
          recall.recall(0.7, count),
          recall.meanBestOverlap(count));
    }
  }
}
