package dev.fovea.batch;

import dev.fovea.tasks.RunOptions;
import dev.fovea.tasks.report.Html;
import java.util.List;

/**
 * The page that shows a demonstration. It needs nothing but the pictures beside it: no script, no
 * font, no network.
 */
final class Gallery {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --page: #f6f7f9; --card: #ffffff; --ink: #1b1f24;
        --faint: #57606a; --line: #d5dae1; --accent: #0b63b5; --good: #14683a; --bad: #a8201a; }
      @media (prefers-color-scheme: dark) {
        :root { --page: #101418; --card: #191f26; --ink: #e8ecf1; --faint: #a3adb8;
          --line: #2f3842; --accent: #7ab8f5; --good: #6fd39a; --bad: #ff9a92; } }
      * { box-sizing: border-box; }
      body { margin: 0; background: var(--page); color: var(--ink);
        font: 16px/1.5 system-ui, sans-serif; }
      header, main, footer { max-width: 75rem; margin: 0 auto; padding: 1rem 1.25rem; }
      h1 { font-size: 2rem; margin: 1.5rem 0 0; }
      h2 { font-size: 1.35rem; margin: 2.5rem 0 .25rem; }
      h3 { font-size: 1.05rem; margin: 0; }
      p { margin: .35rem 0; max-width: 46rem; }
      a { color: var(--accent); }
      .faint, figcaption, footer { color: var(--faint); font-size: .9rem; }
      .figures { display: flex; flex-wrap: wrap; gap: .75rem; padding: 0; margin: 1.25rem 0 0;
        list-style: none; }
      .figures li { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
        padding: .55rem .9rem; }
      article { background: var(--card); border: 1px solid var(--line); border-radius: .8rem;
        padding: 1rem; margin: 1rem 0; }
      .head { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline;
        justify-content: space-between; }
      .three { display: grid; gap: .75rem; margin: .75rem 0 .5rem;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); }
      figure { margin: 0; }
      img { display: block; width: 100%; height: auto; border-radius: .35rem; background: #000; }
      .tiles { display: grid; gap: .75rem; padding: 0; margin: 1rem 0; list-style: none;
        grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); }
      .tiles li { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
        padding: .6rem; }
      .tiles img { image-rendering: pixelated; background: none; }
      .good { color: var(--good); } .bad { color: var(--bad); }
      .verdict { font-weight: 600; }
      """;

  private final StringBuilder nuclei = new StringBuilder();
  private final StringBuilder smears = new StringBuilder();
  private final StringBuilder digits = new StringBuilder();

  /** Shows a micrograph with what was found in it. */
  void addNuclei(String stem, String title, int drawn, int found, double ap) {
    nuclei.append(
        Html.format(
            """
            <article>
            <div class="head"><h3>%1$s</h3>
            <p><b>%2$d</b> nuclei found, %3$d drawn · AP@0.5 %4$.2f</p></div>
            <div class="three">
            <figure><img src="gallery/%5$s.png" alt="Micrograph: %1$s" loading="lazy">
            <figcaption>Micrograph</figcaption></figure>
            <figure><img src="nuclei/%5$s.overlay.png" alt="The micrograph with %2$d outlined \
            nuclei" loading="lazy">
            <figcaption>Outlines</figcaption></figure>
            <figure><img src="gallery/%5$s.labels.png" alt="Label image: %2$d nuclei, each in its \
            own colour" loading="lazy">
            <figcaption>Labels</figcaption></figure>
            </div>
            <p class="faint"><a href="nuclei/%5$s.labels.tif">label TIFF</a> ·
            <a href="nuclei/%5$s.objects.csv">measurements</a></p>
            </article>
            """,
            Html.escape(title), found, drawn, ap, Html.escape(stem)));
  }

  /**
   * Shows a blood smear with what was found in it.
   *
   * @param right number of cells that were found with their class
   */
  void addSmear(String stem, String title, int drawn, int found, long right) {
    smears.append(
        Html.format(
            """
            <article>
            <div class="head"><h3>%1$s</h3>
            <p><b>%2$d</b> cells found, %3$d drawn, %4$d of them found with their class</p></div>
            <div class="three">
            <figure><img src="input/smears/%5$s.png" alt="Blood smear: %1$s" loading="lazy">
            <figcaption>Smear</figcaption></figure>
            <figure><img src="smears/%5$s.overlay.png" alt="The smear with %2$d framed cells"             loading="lazy">
            <figcaption>Boxes, classes and scores</figcaption></figure>
            </div>
            <p class="faint"><a href="smears/%5$s.detections.csv">boxes</a></p>
            </article>
            """,
            Html.escape(title), found, drawn, right, Html.escape(stem)));
  }

  /** Shows a digit with what was read and why. */
  void addDigit(String stem, int drawn, String read, double score) {
    boolean right = read.equals(Integer.toString(drawn));
    digits.append(
        Html.format(
            """
            <li><img src="explained/%1$s.explanation.png" alt="A drawn %2$d, the saliency of its \
            pixels, and both together" loading="lazy">
            <p><span class="verdict %3$s">%4$s read as %5$s</span>
            <span class="faint">%6$.1f %% sure, drawn as %2$d</span></p></li>
            """,
            Html.escape(stem),
            drawn,
            right ? "good" : "bad",
            right ? "✓" : "✗",
            Html.escape(read),
            100 * score));
  }

  /** The page. */
  String html(List<String> figures, RunOptions options) {
    StringBuilder list = new StringBuilder();
    figures.forEach(figure -> list.append("<li>").append(Html.escape(figure)).append("</li>\n"));
    return Html.format(
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Fovea: demonstration</title>
        <style>
        %s</style>
        </head>
        <body>
        <header>
        <h1>Fovea</h1>
        <p>Every picture below was drawn by a program, so what is in it is known; then the built-in
        models looked at the files as they would at yours.</p>
        <ul class="figures">
        %s</ul>
        </header>
        <main>
        <section aria-labelledby="nuclei">
        <h2 id="nuclei">Segmentation: nuclei</h2>
        <p class="faint">The model <code>nuclei</code> on synthetic micrographs. All measurements:
        <a href="nuclei/objects.csv">objects.csv</a>. AP@0.5 is the share TP / (TP + FP + FN) of
        nuclei met with an overlap (IoU) above one half.</p>
        %s</section>
        <section aria-labelledby="smears">
        <h2 id="smears">Detection: blood cells</h2>
        <p class="faint">The model <code>bloodcells</code> on synthetic smears; it was trained on
        photographs alone. All boxes: <a href="smears/detections.csv">detections.csv</a>.</p>
        %s</section>
        <section aria-labelledby="digits">
        <h2 id="digits">Classification and saliency: digits</h2>
        <p class="faint">The model <code>digits</code>. From left to right: the picture, how much
        each pixel changes the score of the class (gradient saliency), both together. All classes:
        <a href="digits/classes.csv">classes.csv</a>.</p>
        <ul class="tiles">
        %s</ul>
        </section>
        </main>
        <footer><p>Made by <code>%s</code> on the backend %s, %d threads, seed %d.
        <a href="manifest.json">manifest.json</a></p></footer>
        </body>
        </html>
        """,
        STYLE,
        list,
        nuclei,
        smears,
        digits,
        Html.escape(options.command().isEmpty() ? "fovea demo" : options.command()),
        Html.escape(options.backend().name()),
        options.threads(),
        options.seed());
  }
}
