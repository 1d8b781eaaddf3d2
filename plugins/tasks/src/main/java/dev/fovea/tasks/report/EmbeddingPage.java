package dev.fovea.tasks.report;

import dev.fovea.visualize.LabelColors;
import java.util.Base64;
import java.util.List;

/**
 * A page that shows points of a plane with the images they stand for: zoomed by the wheel, moved by
 * dragging; the image under the pointer is shown. One file that needs nothing else.
 *
 * @param title in a line
 * @param points a pair each
 * @param names of the images
 * @param labels class indices
 * @param classes names of the classes
 * @param sprite a PNG with all images, row by row, {@code columns} in a row
 * @param side of an image in the sprite, in pixels
 * @param columns images in a row of the sprite
 */
public record EmbeddingPage(
    String title,
    double[][] points,
    List<String> names,
    int[] labels,
    List<String> classes,
    byte[] sprite,
    int side,
    int columns) {

  private static final String SCRIPT =
      """
      const canvas = document.querySelector('canvas'), context = canvas.getContext('2d');
      const sprite = new Image(), tip = document.querySelector('#tip');
      let scale = 1, left = side, top_ = side, drag = null, fit = 1;
      const xs = data.map(d => d[0]), ys = data.map(d => d[1]);
      const x0 = Math.min(...xs), y0 = Math.min(...ys);
      const range = Math.max(Math.max(...xs) - x0, Math.max(...ys) - y0) || 1;
      function place(d) {
        return [(d[0] - x0) / range * fit * scale + left, (d[1] - y0) / range * fit * scale + top_];
      }
      function draw() {
        canvas.width = innerWidth; canvas.height = innerHeight - canvas.offsetTop;
        fit = Math.min(canvas.width, canvas.height) - 2 * side;
        context.imageSmoothingEnabled = false;
        data.forEach((d, i) => {
          const [x, y] = place(d);
          if (scale < 2.5) {
            context.fillStyle = colors[d[2]]; context.beginPath();
            context.arc(x, y, 3.5, 0, 7); context.fill();
          } else {
            context.fillStyle = colors[d[2]]; context.fillRect(x - 2, y - 2, side + 4, side + 4);
            context.drawImage(sprite, i % columns * side, Math.floor(i / columns) * side,
              side, side, x, y, side, side);
          }
        });
      }
      canvas.addEventListener('wheel', e => {
        const factor = Math.exp(-e.deltaY / 500);
        left = e.offsetX - (e.offsetX - left) * factor;
        top_ = e.offsetY - (e.offsetY - top_) * factor;
        scale *= factor; draw(); e.preventDefault();
      }, {passive: false});
      canvas.addEventListener('pointerdown', e => drag = [e.offsetX - left, e.offsetY - top_]);
      addEventListener('pointerup', () => drag = null);
      canvas.addEventListener('pointermove', e => {
        if (drag) { left = e.offsetX - drag[0]; top_ = e.offsetY - drag[1]; draw(); return; }
        let best = -1, nearest = 400;
        data.forEach((d, i) => {
          const [x, y] = place(d), q = (x - e.offsetX) ** 2 + (y - e.offsetY) ** 2;
          if (q < nearest) { nearest = q; best = i; }
        });
        tip.hidden = best < 0;
        if (best < 0) return;
        tip.style.left = e.pageX + 14 + 'px'; tip.style.top = e.pageY + 14 + 'px';
        tip.querySelector('span').textContent = classes[data[best][2]] + ' · ' + data[best][3];
        const view = tip.querySelector('canvas'), c = view.getContext('2d');
        c.imageSmoothingEnabled = false;
        c.drawImage(sprite, best % columns * side, Math.floor(best / columns) * side, side, side,
          0, 0, view.width, view.height);
      });
      addEventListener('resize', draw);
      sprite.onload = draw;
      """;

  /** The page. */
  public String html() {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < points.length; i++) {
      rows.append(
          Html.format(
              "[%.5g,%.5g,%d,%s],\n", points[i][0], points[i][1], labels[i], quoted(names.get(i))));
    }
    StringBuilder legend = new StringBuilder();
    StringBuilder colors = new StringBuilder();
    StringBuilder words = new StringBuilder();
    for (int c = 0; c < classes.size(); c++) {
      String color = "#%06x".formatted(LabelColors.rgb(c + 1));
      colors.append('"').append(color).append("\",");
      words.append(quoted(classes.get(c))).append(',');
      legend.append(
          Html.format(
              "<li><i style=\"background:%s\"></i>%s</li>", color, Html.escape(classes.get(c))));
    }
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Fovea: embedding</title>
        <style>
        body { margin: 0; font: 15px/1.5 system-ui, sans-serif; overflow: hidden; }
        header { padding: .4rem .8rem; }
        ul { display: inline; list-style: none; padding: 0; }
        li { display: inline; margin-right: .8rem; }
        i { display: inline-block; width: .8em; height: .8em; margin-right: .3em; }
        #tip { position: absolute; background: #fff; border: 1px solid #888; padding: .3rem;
          pointer-events: none; }
        #tip canvas { display: block; }
        </style>
        </head>
        <body>
        <header>"""
        + Html.escape(title)
        + " <ul>"
        + legend
        + "</ul></header>\n<canvas></canvas>\n"
        + "<div id=\"tip\" hidden><canvas width=\"96\" height=\"96\"></canvas><span></span></div>\n"
        + "<script>\nconst side = "
        + side
        + ", columns = "
        + columns
        + ", colors = ["
        + colors
        + "], classes = ["
        + words
        + "];\nconst data = [\n"
        + rows
        + "];\n"
        + SCRIPT
        + "sprite.src = 'data:image/png;base64,"
        + Base64.getEncoder().encodeToString(sprite)
        + "';\n</script>\n</body>\n</html>\n";
  }

  /** A string of JavaScript; names of files and classes are anybody's. */
  private static String quoted(String text) {
    StringBuilder s = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      boolean plain = c >= ' ' && c < 127 && c != '"' && c != '\\' && c != '<' && c != '>';
      s.append(plain ? String.valueOf(c) : "\\u%04x".formatted((int) c));
    }
    return s.append('"').toString();
  }
}
