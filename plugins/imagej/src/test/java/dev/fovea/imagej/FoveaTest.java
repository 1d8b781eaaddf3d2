package dev.fovea.imagej;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.plugin.PlugIn;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The door that must open on every Java. */
class FoveaTest {
  private static final int JAVA_8 = 52;

  @Test
  void namesTheJavaThatIsNeeded() {
    String message =
        "Fovea needs Java 17 or newer, but ImageJ runs on Java %s."
            + " Use Fiji-Latest, or start ImageJ with a newer Java.";
    assertEquals(message.formatted("8"), Fovea.complaint("1.8"));
    assertEquals(message.formatted("11"), Fovea.complaint("11"));
    assertNull(Fovea.complaint("17"));
    assertNull(Fovea.complaint("25"));
  }

  @Test
  void isCompiledForJava8() throws IOException {
    try (DataInputStream in = new DataInputStream(Fovea.class.getResourceAsStream("Fovea.class"))) {
      assertEquals(0xcafebabe, in.readInt());
      in.readUnsignedShort();
      assertEquals(JAVA_8, in.readUnsignedShort());
    }
  }

  @Test
  void theMenuNamesCommandsThatExist() throws Exception {
    Pattern entry =
        Pattern.compile("Plugins>Fovea, \"(\\w+)\\.\\.\\.\", ([\\w.]+)\\(\"(\\w+)\"\\)");
    List<String> lines;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Fovea.class.getResourceAsStream("/plugins.config"), StandardCharsets.UTF_8))) {
      lines = in.lines().filter(line -> !line.startsWith("#")).toList();
    }
    assertEquals(4, lines.size());
    for (String line : lines) {
      Matcher matcher = entry.matcher(line);
      assertTrue(matcher.matches(), line);
      assertEquals(matcher.group(1), matcher.group(3), line);
      Object plugin = Class.forName(matcher.group(2)).getConstructor().newInstance();
      assertNotNull((PlugIn) plugin);
      // With no image open every known command gets as far as to miss one.
      assertEquals(
          "ERROR: there is no image open, expected one to work on",
          Fovea.run(matcher.group(3), ""));
    }
  }

  @Test
  void refusesAnUnknownCommand() {
    assertEquals(
        "ERROR: command 'Dream': expected one of Segment, Detect, Classify, Explain",
        Fovea.run("Dream", ""));
  }
}
