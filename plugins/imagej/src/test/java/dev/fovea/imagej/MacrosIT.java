package dev.fovea.imagej;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.engine.image.SampleType;
import dev.fovea.samples.SyntheticMicroscope;
import dev.fovea.samples.SyntheticMicroscope.Scene;
import dev.fovea.tasks.SegmentTask;
import dev.fovea.tasks.TaskContext;
import ij.IJ;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Macros in an ImageJ that has ij.jar and Fovea_.jar and nothing else, each in a Java of its own.
 */
class MacrosIT {
  /** The folder of the compiled tests, from which the others are found wherever the tests run. */
  private static final Path TEST_CLASSES = placeOf(MacrosIT.class);

  private static final Path MODULE = TEST_CLASSES.getParent().getParent();
  private static final Path JAR = MODULE.resolve(Path.of("target", "Fovea_.jar"));
  private static final long SEED = 7;
  private static final int TIMEOUT_SECONDS = 300;

  /** The program's folder; ImageJ looks for plugins in it. */
  @TempDir static Path home;

  private static Path model;
  private static List<Path> images;

  @TempDir Path folder;

  /** How a program ended. */
  private record Run(int exitCode, String output) {}

  @BeforeAll
  static void install() throws IOException {
    assertTrue(Files.isRegularFile(JAR), JAR + " is not there: package first");
    Files.copy(JAR, Files.createDirectory(home.resolve("plugins")).resolve("Fovea_.jar"));
    model = TestModels.segmenter(Files.createDirectory(home.resolve("my models")));
    images =
        List.of(
            image("fluorescence 8", fluorescence(SampleType.UINT8)),
            image("fluorescence 16", fluorescence(SampleType.UINT16)),
            image("stained", SyntheticMicroscope.stainedTissue(Scene.DEFAULT, SEED).image()));
  }

  private static Image fluorescence(SampleType type) {
    return SyntheticMicroscope.fluorescence(Scene.DEFAULT, type, SEED).image();
  }

  private static Path image(String name, Image image) throws IOException {
    Path file = home.resolve(name + ".tif");
    ImageWriter.writeTiff(file, image);
    return file;
  }

  /** The jar or folder that a class came from. */
  private static Path placeOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs ImageJ; on a display, or headless if it is null. */
  private Run imageJ(VirtualDisplay display, List<String> classPath, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The same kernels as here, as others may round otherwise.
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      command.add("--add-modules=jdk.incubator.vector");
    }
    if (System.getProperty("fovea.backend") != null) {
      command.add("-Dfovea.backend=" + System.getProperty("fovea.backend"));
    }
    command.add("-Djava.awt.headless=" + (display == null));
    command.add("-Dplugins.dir=" + home);
    command.add("-Duser.home=" + folder);
    command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath)));
    command.addAll(List.of(arguments));
    Path log = folder.resolve("log.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().remove("DISPLAY");
    if (display != null) {
      builder.environment().put("DISPLAY", display.name());
    }
    Process process = builder.start();
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      fail("ImageJ did not end in " + TIMEOUT_SECONDS + " s: " + Files.readString(log));
    }
    return new Run(process.exitValue(), Files.readString(log));
  }

  private Run macro(VirtualDisplay display, String text) throws IOException, InterruptedException {
    Path file = folder.resolve("macro.ijm");
    Files.writeString(file, text);
    return imageJ(
        display, List.of(placeOf(IJ.class).toString()), "ij.ImageJ", "-batch", file.toString());
  }

  private static VirtualDisplay display() throws IOException {
    Assumptions.assumeTrue(
        VirtualDisplay.isInstalled(), "Xvfb is not installed: no display for ImageJ's windows");
    return VirtualDisplay.start();
  }

  private static void assertLabels(Path input, Path output) throws IOException {
    SegmentTask.Result expected =
        new SegmentTask()
            .run(
                ImageReader.read(input),
                SegmentTask.Parameters.of(model.toString()),
                TaskContext.NONE);
    assertTrue(expected.objects().size() > 3, "too few objects to compare: " + expected.labels());
    float[] found = ImageReader.read(output).plane(0);
    int[] labels = new int[found.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) found[i];
    }
    assertArrayEquals(expected.labels().labels(), labels, input.toString());
  }

  @Test
  void withoutADisplayCallGivesTheLabelsOfTheTask() throws Exception {
    StringBuilder macro = new StringBuilder();
    for (int i = 0; i < images.size(); i++) {
      // The two ways to save: by the option, and the current image by ImageJ.
      macro.append(
          """
          call("ij.Macro.open", "%1$s");
          result = call("dev.fovea.imagej.Fovea.run", "Segment", "model=[%2$s] save=[%3$s/a%4$d.tif]");
          if (startsWith(result, "ERROR: ")) exit(result);
          if (getImageID() != parseInt(result)) exit("the labels are not the current image");
          saveAs("Tiff", "%3$s/b%4$d.tif");
          """
              .formatted(images.get(i), model, folder, i));
    }
    Run run = macro(null, macro + "print(\"all done\");");
    assertEquals(0, run.exitCode, run.output);
    assertTrue(run.output.endsWith("all done\n"), run.output);
    assertTrue(run.output.contains("Fovea computes with "), run.output);
    for (int i = 0; i < images.size(); i++) {
      assertLabels(images.get(i), folder.resolve("a" + i + ".tif"));
      assertLabels(images.get(i), folder.resolve("b" + i + ".tif"));
    }
  }

  @Test
  void onADisplayRunGivesTheLabelsOfTheTask() throws Exception {
    StringBuilder macro = new StringBuilder();
    for (int i = 0; i < images.size(); i++) {
      macro.append(
          """
          open("%1$s");
          input = getImageID();
          run("Segment...", "model=[%2$s] output=[%3$s]");
          saveAs("Tiff", "%3$s/c%4$d.tif");
          selectImage(input);
          print("outlines: " + Overlay.size + ", class: " + Overlay.getType(0));
          """
              .formatted(images.get(i), model, folder, i));
    }
    Run run;
    try (VirtualDisplay display = display()) {
      run = macro(display, macro + "print(\"all done\");");
    }
    assertEquals(0, run.exitCode, run.output);
    assertTrue(run.output.endsWith("all done\n"), run.output);
    for (int i = 0; i < images.size(); i++) {
      assertLabels(images.get(i), folder.resolve("c" + i + ".tif"));
      String name = images.get(i).getFileName().toString().replace(".tif", "");
      assertLabels(images.get(i), folder.resolve(name + ".labels.tif"));
      int objects = Files.readAllLines(folder.resolve(name + ".objects.csv")).size() - 1;
      assertTrue(run.output.contains("outlines: " + objects + ","), run.output);
    }
  }

  /** The first macro of the user guide that contains a text, made to work on our files. */
  private String guideMacro(String text) throws IOException {
    String guide =
        Files.readString(MODULE.resolve(Path.of("..", "..", "docs", "guide", "imagej.md")));
    return Stream.of(guide.split("```"))
        .filter(block -> block.contains(text) && block.contains("open"))
        .findFirst()
        .orElseThrow()
        .replace("/data/cells.tif", images.get(0).toString())
        .replace("model=nuclei minimum_area=30", "model=nuclei")
        .replace("model=nuclei", "model=[" + model + "]")
        .replace("/data/results", folder.toString())
        .replace("/data/labels.tif", folder.resolve("labels.tif").toString());
  }

  @Test
  void theMacrosOfTheGuideWork() throws Exception {
    Run run = macro(null, guideMacro("call(\"dev.fovea."));
    assertLabels(images.get(0), folder.resolve("labels.tif"));
    assertTrue(Files.exists(folder.resolve("fluorescence 8.objects.csv")), run.output);
    Files.delete(folder.resolve("labels.tif"));
    try (VirtualDisplay display = display()) {
      run = macro(display, guideMacro("run(\"Segment"));
    }
    assertTrue(Files.exists(folder.resolve("labels.tif")), run.output);
    assertLabels(images.get(0), folder.resolve("labels.tif"));
  }

  /** Kinds of detectors are services, whose files the jar has to keep. */
  @Test
  void detectFindsAColouredCell() throws Exception {
    byte[][] rgb = new byte[3][64 * 64];
    for (int i = 0; i < 8 * 8; i++) {
      rgb[0][(16 + i / 8) * 64 + 24 + i % 8] = (byte) 255;
    }
    Path picture = image("cell", Image.ofUint8(64, 64, rgb));
    Run run =
        macro(
            null,
            """
            call("ij.Macro.open", "%s");
            print("found " + call("dev.fovea.imagej.Fovea.run", "Detect", "model=[%s] output=[%s]"));
            """
                .formatted(picture, TestModels.detector(folder), folder));
    assertTrue(run.output.contains("found 1"), run.output);
    List<String> table = Files.readAllLines(folder.resolve("cell.detections.csv"));
    assertEquals("cell.tif,1,1,red,1.0000,20.00,12.00,36.00,28.00,16.00,16.00", table.get(1));
  }

  @Test
  void aFailingCallCanBeSeenByTheMacroAndByTheScriptAroundIt() throws Exception {
    Run run =
        macro(
            null,
            """
            call("ij.Macro.open", "%s");
            result = call("dev.fovea.imagej.Fovea.run", "Segment", "model=missing.onnx");
            print("seen: " + result);
            if (startsWith(result, "ERROR: ")) call("java.lang.System.exit", "3");
            print("not reached");
            """
                .formatted(images.get(0)));
    assertEquals(3, run.exitCode, run.output);
    String reason = "ERROR: model 'missing.onnx': found no such model or file, expected one of ";
    assertTrue(run.output.contains("seen: " + reason), run.output);
    assertTrue(run.output.contains("\n" + reason), run.output);
    assertFalse(run.output.contains("not reached"), run.output);
    assertFalse(run.output.contains("\tat "), run.output);
  }

  @Test
  void aFailingRunAbortsTheMacroWithItsReason() throws Exception {
    Run run;
    try (VirtualDisplay display = display()) {
      run =
          macro(
              display,
              """
              open("%s");
              run("Segment...", "model=missing.onnx");
              print("not reached");
              """
                  .formatted(images.get(0)));
    }
    // ImageJ ends a batch with 0 whatever happens; the last line is what a script can look at.
    assertTrue(
        run.output
            .lines()
            .reduce("", (before, line) -> line)
            .startsWith("ERROR: model 'missing.onnx': found no such model or file"),
        run.output);
    assertFalse(run.output.contains("not reached"), run.output);
  }

  @Test
  void aBatchWithoutOptionsDoesNotWaitForADialog() throws Exception {
    Run run;
    try (VirtualDisplay display = display()) {
      run = macro(display, "open(\"%s\"); run(\"Classify...\");".formatted(images.get(0)));
    }
    // With the defaults it classifies; what matters is that it ends by itself.
    assertEquals(0, run.exitCode, run.output);
  }

  @Test
  void whatTheDialogRecordsRepeatsTheCommand() throws Exception {
    Path recorded = folder.resolve("recorded.txt");
    Run run;
    try (VirtualDisplay display = display()) {
      run =
          imageJ(
              display,
              List.of(placeOf(IJ.class).toString(), JAR.toString(), TEST_CLASSES.toString()),
              RecordingProbe.class.getName(),
              images.get(0).toString(),
              model.toString(),
              recorded.toString());
      assertTrue(Files.exists(recorded), run.output);
      String line = Files.readString(recorded).strip();
      assertEquals(
          "run(\"Segment...\", \"model=["
              + model
              + "] foreground_threshold=auto interior_threshold=auto minimum_area=12 tile=auto\");",
          line);
      run =
          macro(
              display,
              "open(\"%s\"); %s saveAs(\"Tiff\", \"%s/r.tif\");"
                  .formatted(images.get(0), line, folder));
    }
    assertEquals(0, run.exitCode, run.output);
    assertTrue(Files.exists(folder.resolve("r.tif")), run.output);
  }
}
