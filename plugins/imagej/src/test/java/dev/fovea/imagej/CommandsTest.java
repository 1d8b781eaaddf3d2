package dev.fovea.imagej;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.tasks.SegmentTask;
import dev.fovea.tasks.TaskContext;
import ij.IJ;
import ij.ImagePlus;
import ij.ImageStack;
import ij.WindowManager;
import ij.gui.ImageRoi;
import ij.gui.OvalRoi;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;
import java.awt.Color;
import java.awt.event.KeyEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as a macro without a display calls them. */
class CommandsTest {
  @TempDir Path folder;

  private String segmenter;
  private String classifier;
  private String detector;

  @BeforeEach
  void writeModels() throws IOException {
    segmenter = TestModels.segmenter(folder).toString();
    classifier = TestModels.classifier(folder).toString();
    detector = TestModels.detector(folder).toString();
  }

  @AfterEach
  void forgetTheImage() {
    WindowManager.setTempCurrentImage(null);
  }

  /** A dark 40 x 30 picture with bright squares of 6 pixels side at the given corners. */
  private static ByteProcessor squares(int... corners) {
    ByteProcessor processor = new ByteProcessor(40, 30);
    for (int i = 0; i < corners.length; i += 2) {
      processor.setColor(200);
      processor.fillRect(corners[i], corners[i + 1], 6, 6);
    }
    return processor;
  }

  private static ImagePlus open(String title, ImageProcessor... slices) {
    ImageStack stack = new ImageStack(slices[0].getWidth(), slices[0].getHeight());
    for (ImageProcessor slice : slices) {
      stack.addSlice(slice);
    }
    ImagePlus image = new ImagePlus(title, stack);
    WindowManager.setTempCurrentImage(image);
    return image;
  }

  private String segment(String options) {
    return Fovea.run("Segment", "model=[" + segmenter + "] " + options);
  }

  private static int[] pixels(ImagePlus labels, int slice) {
    ImageProcessor processor = labels.getStack().getProcessor(slice);
    return IntStream.range(0, processor.getPixelCount()).map(processor::get).toArray();
  }

  private List<String> csv(String name) throws IOException {
    return Files.readAllLines(folder.resolve(name));
  }

  @Test
  void segmentMakesALabelImageAnOverlayAndATable() throws IOException {
    ImagePlus image = open("two.tif", squares(3, 4, 20, 10));
    image.getCalibration().pixelWidth = 0.5;
    image.getCalibration().pixelHeight = 0.5;
    image.getCalibration().setUnit("mm");
    String id = segment("output=[" + folder + "]");

    ImagePlus labels = WindowManager.getCurrentImage();
    assertEquals(String.valueOf(labels.getID()), id);
    assertEquals("two-labels", labels.getTitle());
    assertEquals(16, labels.getBitDepth());
    assertEquals(2, Arrays.stream(pixels(labels, 1)).max().orElseThrow());
    assertEquals(1, labels.getProcessor().get(3, 4));
    assertEquals(2, labels.getProcessor().get(25, 15));
    assertEquals(0, labels.getProcessor().get(9, 4));
    assertEquals(0.5, labels.getCalibration().pixelWidth);
    String info = labels.getInfoProperty();
    assertTrue(info.contains("run(\"Segment...\", \"model=" + segmenter + " output="), info);

    Overlay overlay = image.getOverlay();
    assertEquals(2, overlay.size());
    assertEquals("bright 1.00", overlay.get(1).getName());
    assertEquals(1, overlay.get(1).getGroup());
    assertEquals(0, overlay.get(1).getPosition());
    assertEquals("java.awt.Rectangle[x=20,y=10,width=6,height=6]", overlay.get(1).getBounds() + "");

    assertEquals(
        List.of(
            "image,slice,id,class,area_pixels,area,unit,centroid_x,centroid_y,box_x,box_y,box_width,"
                + "box_height,mean_intensity,score,calibrated_x,calibrated_y",
            "two.tif,1,1,bright,36,9.0000,mm^2,6.00,7.00,3,4,6,6,200.00,1.0000,3.0000,3.5000",
            "two.tif,1,2,bright,36,9.0000,mm^2,23.00,13.00,20,10,6,6,200.00,1.0000,11.5000,6.5000"),
        csv("two.objects.csv"));
    assertArrayEquals(
        Arrays.stream(pixels(labels, 1)).mapToObj(i -> i).map(Integer::floatValue).toArray(),
        boxed(ImageReader.read(folder.resolve("two.labels.tif")).plane(0)));
  }

  private static Float[] boxed(float[] values) {
    return IntStream.range(0, values.length).mapToObj(i -> values[i]).toArray(Float[]::new);
  }

  @Test
  void theLabelsAreThoseOfTheTask() throws IOException {
    ByteProcessor processor = squares(1, 1, 30, 2, 12, 20, 33, 22);
    open("four", processor);
    segment("minimum_area=4");
    Image image = Image.ofUint8(40, 30, (byte[]) processor.getPixelsCopy());
    SegmentTask.Result expected =
        new SegmentTask().run(image, SegmentTask.Parameters.of(segmenter), TaskContext.NONE);
    assertArrayEquals(expected.labels().labels(), pixels(WindowManager.getCurrentImage(), 1));
  }

  @Test
  void aRectangleLimitsTheWork() {
    ImagePlus image = open("two", squares(3, 4, 20, 10));
    image.setRoi(new Roi(15, 5, 20, 20));
    segment("");
    ImagePlus labels = WindowManager.getCurrentImage();
    assertEquals(40, labels.getWidth());
    assertEquals(0, labels.getProcessor().get(3, 4));
    assertEquals(1, labels.getProcessor().get(20, 10));
    assertEquals(1, image.getOverlay().size());
    assertEquals(20, image.getOverlay().get(0).getBounds().x);
  }

  @Test
  void ofARoundSelectionObjectsAreKeptWholeIfTheirCentroidIsInside() {
    ImagePlus image = open("two", squares(0, 0, 15, 12, 24, 12));
    // Its edge passes (4.4, 4.4) and (29.3, 11.5): it cuts the first object beyond its centroid
    // (3, 3), and the third one's upper right corner.
    image.setRoi(new OvalRoi(0, 0, 30, 30));
    segment("");
    ImagePlus labels = WindowManager.getCurrentImage();
    assertEquals(0, labels.getProcessor().get(5, 5));
    assertEquals(1, labels.getProcessor().get(15, 12));
    assertEquals(2, labels.getProcessor().get(29, 12));
    assertEquals(2, image.getOverlay().size());
  }

  @Test
  void ofAStackTheSliceShownIsWorkedOnOrAllAre() throws IOException {
    ImagePlus image = open("stack", squares(3, 4), squares(), squares(3, 4, 20, 10, 30, 20));
    image.setSliceWithoutUpdate(3);
    segment("");
    assertEquals(1, WindowManager.getCurrentImage().getStackSize());
    assertEquals(3, image.getOverlay().size());
    assertEquals(3, image.getOverlay().get(0).getPosition());

    WindowManager.setTempCurrentImage(image);
    segment("stack output=[" + folder + "]");
    ImagePlus labels = WindowManager.getCurrentImage();
    assertEquals(3, labels.getStackSize());
    assertEquals(1, Arrays.stream(pixels(labels, 1)).max().orElseThrow());
    assertEquals(0, Arrays.stream(pixels(labels, 2)).max().orElseThrow());
    assertEquals(3, Arrays.stream(pixels(labels, 3)).max().orElseThrow());
    assertEquals(
        List.of(1, 3, 3, 3),
        Arrays.stream(image.getOverlay().toArray()).map(Roi::getPosition).toList());
    assertEquals(
        List.of("slice", "1", "3", "3", "3"),
        csv("stack.objects.csv").stream().map(line -> line.split(",", -1)[1]).toList());
  }

  @Test
  void ofAHyperstackOutlinesHaveThreePositions() throws IOException {
    ImagePlus image = open("hyper", squares(3, 4), squares(), squares(), squares(20, 10));
    image.setDimensions(2, 1, 2);
    image.setOpenAsHyperStack(true);
    segment("stack output=[" + folder + "]");
    assertArrayEquals(image.getDimensions(), WindowManager.getCurrentImage().getDimensions());
    Roi last = image.getOverlay().get(1);
    assertEquals(
        List.of(2, 1, 2), List.of(last.getCPosition(), last.getZPosition(), last.getTPosition()));
    assertTrue(csv("hyper.objects.csv").get(2).startsWith("hyper,2,1,2,1,bright,"));
  }

  @Test
  void aSecondRunReplacesItsOwnOutlinesOnly() {
    ImagePlus image = open("two", squares(3, 4, 20, 10));
    Roi mine = new Roi(0, 0, 5, 5);
    image.setOverlay(new Overlay(mine));
    segment("");
    WindowManager.setTempCurrentImage(image);
    segment("");
    assertEquals(3, image.getOverlay().size());
    assertSame(mine, image.getOverlay().get(0));
  }

  @Test
  void nothingFoundIsAResult() {
    ImagePlus image = open("dark", squares());
    segment("");
    assertEquals(0, Arrays.stream(pixels(WindowManager.getCurrentImage(), 1)).max().orElseThrow());
    assertNull(image.getOverlay());
  }

  @Test
  void doesNotChangeTheImage() {
    ByteProcessor processor = squares(3, 4);
    ImagePlus image = open("one", processor);
    segment("");
    assertArrayEquals(
        (byte[]) squares(3, 4).getPixels(), (byte[]) image.getProcessor().getPixels());
    assertFalse(image.isLocked());
  }

  /** A picture of 64 x 64 pixels with coloured cells of 8 x 8 at the given columns and rows. */
  private static ColorProcessor cells(int... cells) {
    ColorProcessor processor = new ColorProcessor(64, 64);
    for (int i = 0; i < cells.length; i += 2) {
      processor.setColor(i == 0 ? Color.RED : Color.BLUE);
      processor.fillRect(8 * cells[i], 8 * cells[i + 1], 8, 8);
    }
    return processor;
  }

  private String detect(String options) {
    return Fovea.run("Detect", "model=[" + detector + "] " + options);
  }

  @Test
  void detectMakesRectanglesAndATable() throws IOException {
    ImagePlus image = open("cells.tif", cells(2, 1, 5, 6));
    image.getCalibration().pixelWidth = 0.5;
    image.getCalibration().pixelHeight = 0.5;
    image.getCalibration().setUnit("mm");
    assertEquals("2", detect("output=[" + folder + "]"));
    assertSame(image, WindowManager.getCurrentImage());
    Overlay overlay = image.getOverlay();
    assertEquals(
        List.of("red 1.00", "blue 1.00"),
        Arrays.stream(overlay.toArray()).map(Roi::getName).toList());
    assertEquals(
        "java.awt.Rectangle[x=12,y=4,width=16,height=16]", overlay.get(0).getBounds() + "");
    assertEquals(List.of(1, 2), Arrays.stream(overlay.toArray()).map(Roi::getGroup).toList());
    assertTrue(
        overlay.get(0).getStrokeColor().getRGB() != overlay.get(1).getStrokeColor().getRGB());
    assertEquals(
        List.of(
            "image,slice,id,class,score,x1,y1,x2,y2,width,height,calibrated_x,calibrated_y",
            "cells.tif,1,1,red,1.0000,12.00,4.00,28.00,20.00,16.00,16.00,10.0000,6.0000",
            "cells.tif,1,2,blue,1.0000,36.00,44.00,52.00,60.00,16.00,16.00,22.0000,26.0000"),
        csv("cells.detections.csv"));
  }

  /** Finds stay inside the selection's bounds; of the round one, the blue centre lies outside. */
  @Test
  void detectLooksAtTheSelectionAndAtSlices() throws IOException {
    ImagePlus image = open("cells", cells(2, 1, 5, 6), cells(), cells(3, 3));
    image.setRoi(new OvalRoi(0, 0, 64, 50));
    assertEquals("1", detect("score_threshold=0.5"));
    image.deleteRoi();
    assertEquals("3", detect("stack output=[" + folder + "]"));
    assertEquals(
        List.of(1, 1, 3),
        Arrays.stream(image.getOverlay().toArray()).map(Roi::getPosition).toList());
    assertEquals(4, csv("cells.detections.csv").size());
    assertEquals("0", Fovea.run("Detect", "model=[" + detector + "] score_threshold=1"));
    assertEquals(1, image.getOverlay().size());
  }

  @Test
  void detectHasNoFilesOfTheCommandLine() {
    open("cells", cells(2, 1));
    assertEquals(
        "ERROR: unknown parameter 'outputs', expected one of model, score_threshold, iou_threshold,"
            + " tile, format, stack, roi_manager, output",
        detect("outputs=coco"));
    assertTrue(
        Fovea.run("Detect", "model=[" + segmenter + "]").startsWith("ERROR: model"),
        "a segmenter finds no boxes");
  }

  @Test
  void classifyNamesTheClasses() throws IOException {
    open("a digit.1 copy.tif", squares(10, 10));
    String best = Fovea.run("Classify", "model=[" + classifier + "] top=2 output=[" + folder + "]");
    List<String> lines = csv("a digit.1 copy.classes.csv");
    assertEquals(3, lines.size());
    assertEquals("image,slice,rank,class,score", lines.get(0));
    assertTrue(lines.get(1).startsWith("a digit.1 copy.tif,1,1," + best + ",0."), lines.get(1));
    assertTrue(lines.get(2).startsWith("a digit.1 copy.tif,1,2,"), lines.get(2));
  }

  @Test
  void explainMakesHeatAndSaliency() throws IOException {
    ImagePlus image = open("digit", new ColorProcessor(40, 30));
    image.getProcessor().setColor(Color.ORANGE);
    image.getProcessor().fillRect(10, 10, 12, 9);
    image.setRoi(new Roi(5, 5, 28, 20));
    Path file = folder.resolve("heat.tif");
    String id = Fovea.run("Explain", "model=[" + classifier + "] class=b save=[" + file + "]");
    ImagePlus saliency = WindowManager.getCurrentImage();
    assertEquals(String.valueOf(saliency.getID()), id);
    assertEquals(32, saliency.getBitDepth());
    assertEquals(0f, saliency.getProcessor().getf(4, 5), "outside of the selection");
    assertTrue(saliency.getDisplayRangeMax() > 0);
    assertArrayEquals(
        (float[]) saliency.getProcessor().getPixels(), ImageReader.read(file).plane(0));
    ImageRoi heat = (ImageRoi) image.getOverlay().get(0);
    assertEquals(0.5, heat.getOpacity());
    assertEquals("java.awt.Rectangle[x=5,y=5,width=28,height=20]", heat.getBounds().toString());
    assertTrue(heat.getName().startsWith("b 0."), heat.getName());
  }

  @Test
  void saysWhatIsWrong() {
    open("one", squares(3, 4));
    assertEquals(
        "ERROR: unknown parameter 'modle', expected one of model, foreground_threshold,"
            + " interior_threshold, minimum_area, tile, stack, roi_manager, save, output",
        Fovea.run("Segment", "modle=nuclei"));
    assertEquals(
        "ERROR: minimum_area: found 'few', expected a whole number from 1 to 1000000000 or auto",
        segment("minimum_area=few"));
    assertEquals(
        "ERROR: model 'missing.onnx': found no such model or file, expected one of digits, nuclei, bloodcells, starry,"
            + " or an ONNX file, or a bioimage.io package",
        Fovea.run("Segment", "model=missing.onnx"));
    assertEquals(
        "ERROR: output: found '/no/such', expected an existing folder", segment("output=/no/such"));
  }

  @Test
  void aFailureChangesNothing() throws Exception {
    ImagePlus image = open("one", squares(3, 4));
    Fovea.run("Segment", "model=[" + classifier + "]");
    assertSame(image, WindowManager.getCurrentImage());
    assertNull(image.getOverlay());
    assertFalse(image.isLocked());
    // An image may be locked again by the thread that holds it.
    Thread other = new Thread(image::lock);
    other.start();
    other.join();
    assertTrue(image.isLocked());
    assertEquals("ERROR: image 'one' is in use by another command", segment(""));
  }

  @Test
  void theEscapeKeyCancelsAndChangesNothing() throws Exception {
    ImagePlus image = open("large", new ByteProcessor(3000, 3000));
    // The key counts from the beginning of the command on, so it is hit until it is heard.
    AtomicBoolean running = new AtomicBoolean(true);
    Thread user =
        new Thread(
            () -> {
              while (running.get()) {
                IJ.setKeyDown(KeyEvent.VK_ESCAPE);
              }
            });
    user.start();
    String result = segment("tile=64");
    running.set(false);
    user.join();
    IJ.resetEscape();
    assertEquals("ERROR: Segment was cancelled", result);
    assertSame(image, WindowManager.getCurrentImage());
    assertNull(image.getOverlay());
    assertFalse(image.isLocked());
  }
}
