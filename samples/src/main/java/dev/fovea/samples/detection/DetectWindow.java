package dev.fovea.samples.detection;

import dev.fovea.detection.Detection;
import dev.fovea.detection.Detector;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import java.awt.BorderLayout;
import java.awt.Dimension;
import java.awt.Graphics;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import javax.swing.JComponent;
import javax.swing.JFileChooser;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.JMenuBar;
import javax.swing.JMenuItem;
import javax.swing.SwingUtilities;
import javax.swing.SwingWorker;
import javax.swing.WindowConstants;

/**
 * A window in which pictures are opened and the objects found in them are shown. The window stays
 * alive meanwhile, as the work is done on another thread. Argument: a model.
 */
public final class DetectWindow {
  private final Detector detector;
  private final Canvas canvas = new Canvas();
  private final JLabel status = new JLabel("Open a picture");

  private DetectWindow(Detector detector) {
    this.detector = detector;
  }

  /** Runs from the command line. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 1) {
      throw new IllegalArgumentException("expected: MODEL");
    }
    Detector detector = Detector.load(Path.of(arguments[0]));
    SwingUtilities.invokeLater(() -> new DetectWindow(detector).open());
  }

  private void open() {
    JFrame frame = new JFrame(detector.card().name());
    JMenuItem open = new JMenuItem("Open ...");
    open.addActionListener(
        event -> {
          JFileChooser chooser = new JFileChooser();
          if (chooser.showOpenDialog(frame) == JFileChooser.APPROVE_OPTION) {
            status.setText("Looking ...");
            new Work(chooser.getSelectedFile().toPath()).execute();
          }
        });
    JMenuBar bar = new JMenuBar();
    bar.add(open);
    frame.setJMenuBar(bar);
    frame.add(canvas, BorderLayout.CENTER);
    frame.add(status, BorderLayout.SOUTH);
    frame.setDefaultCloseOperation(WindowConstants.DISPOSE_ON_CLOSE);
    frame.pack();
    frame.setVisible(true);
  }

  /** A picture with what was found in it. */
  private record Result(Image image, List<Detection> found) {}

  /** Reads and looks on a thread of its own, shows on that of the window. */
  private final class Work extends SwingWorker<Result, Void> {
    private final Path file;

    Work(Path file) {
      this.file = file;
    }

    @Override
    protected Result doInBackground() throws IOException {
      Image image = ImageReader.read(file);
      return new Result(image, detector.detect(image));
    }

    @Override
    protected void done() {
      try {
        Result result = get();
        canvas.show(BoxDrawing.draw(result.image(), result.found(), detector::className));
        status.setText(file.getFileName() + ": " + result.found().size() + " objects");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException e) {
        status.setText(e.getCause().getMessage());
      }
    }
  }

  /** Shows a picture as large as it fits. */
  static final class Canvas extends JComponent {
    private static final long serialVersionUID = 1;
    private static final Dimension SIZE = new Dimension(800, 600);

    private transient BufferedImage picture;

    Canvas() {
      setPreferredSize(SIZE);
    }

    void show(BufferedImage drawn) {
      picture = drawn;
      repaint();
    }

    @Override
    protected void paintComponent(Graphics g) {
      if (picture != null) {
        double scale =
            Math.min(
                (double) getWidth() / picture.getWidth(),
                (double) getHeight() / picture.getHeight());
        g.drawImage(
            picture,
            0,
            0,
            (int) (scale * picture.getWidth()),
            (int) (scale * picture.getHeight()),
            null);
      }
    }
  }
}
