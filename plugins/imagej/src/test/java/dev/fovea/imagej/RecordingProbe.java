package dev.fovea.imagej;

import ij.IJ;
import ij.ImageJ;
import ij.gui.GenericDialog;
import ij.plugin.frame.Recorder;
import java.awt.Button;
import java.awt.EventQueue;
import java.awt.TextField;
import java.awt.Window;
import java.awt.event.ActionEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Opens ImageJ with its recorder, fills in the dialog of Segment as a user would, and writes the
 * line that was recorded. Arguments: image, model, file for the line.
 */
final class RecordingProbe {
  private static final int MODEL_FIELD = 0;
  private static final int AREA_FIELD = 3;

  private RecordingProbe() {}

  public static void main(String[] arguments) throws Exception {
    new ImageJ(ImageJ.NO_SHOW);
    IJ.open(arguments[0]);
    Recorder recorder = new Recorder();
    IJ.doCommand("Segment...");
    GenericDialog dialog = awaitDialog();
    EventQueue.invokeAndWait(() -> fillIn(dialog, arguments[1]));
    Files.writeString(Path.of(arguments[2]), awaitLine(recorder));
    // ImageJ's windows would keep this Java alive.
    Runtime.getRuntime().exit(0);
  }

  private static GenericDialog awaitDialog() throws InterruptedException {
    while (true) {
      for (Window window : Window.getWindows()) {
        if (window instanceof GenericDialog dialog && dialog.isShowing()) {
          return dialog;
        }
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static void fillIn(GenericDialog dialog, String model) {
    ((TextField) dialog.getStringFields().get(MODEL_FIELD)).setText(model);
    ((TextField) dialog.getStringFields().get(AREA_FIELD)).setText("12");
    for (Button button : dialog.getButtons()) {
      if (button != null && button.getLabel().strip().equals("OK")) {
        dialog.actionPerformed(new ActionEvent(button, ActionEvent.ACTION_PERFORMED, "OK"));
      }
    }
  }

  private static String awaitLine(Recorder recorder) throws InterruptedException {
    while (true) {
      Optional<String> line =
          recorder.getText().lines().filter(text -> text.startsWith("run(\"Segment")).findFirst();
      if (line.isPresent()) {
        return line.get();
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}
