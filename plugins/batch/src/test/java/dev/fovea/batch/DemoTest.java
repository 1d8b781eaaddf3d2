package dev.fovea.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.tasks.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
  private static final Pattern LINK = Pattern.compile("(?:src|href)=\"([^\"#]+)\"");

  @TempDir Path root;

  @Test
  void galleryShowsWhatWasFound() throws IOException {
    for (String model : Models.builtIn()) {
      assumeTrue(Models.isPresent(model), "the built-in model " + model + " is not there");
    }
    Path output = root.resolve("demo");
    CliRun run = CliRun.of(List.of("demo", "--output", output, "--json"));
    assertEquals(0, run.code(), run.err());
    JsonNode json = run.json();
    // Far below what the model reaches on real nuclei: it has never seen the drawn ones.
    assertTrue(json.path("ap50").asDouble() > 0.85, json.toString());
    int cells = json.path("cells_drawn").asInt();
    assertTrue(cells > 40 && json.path("cells_right").asInt() > 0.9 * cells, json.toString());
    assertTrue(json.path("digits_right").asInt() >= 18, json.toString());
    assertTrue(Files.exists(output.resolve("manifest.json")));
    assertTrue(Files.exists(output.resolve("nuclei/objects.csv")));

    String html = Files.readString(output.resolve("index.html"));
    Matcher links = LINK.matcher(html);
    int count = 0;
    while (links.find()) {
      assertFalse(links.group(1).contains(":"), "external: " + links.group(1));
      assertTrue(Files.exists(output.resolve(links.group(1))), links.group(1));
      count++;
    }
    assertTrue(count > 40, "found " + count + " links");
    assertEquals(
        html.split("<img ", -1).length,
        html.split(" alt=\"[^\"]", -1).length,
        "a text for every picture");
  }
}
