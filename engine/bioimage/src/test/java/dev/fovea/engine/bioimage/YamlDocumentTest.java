package dev.fovea.engine.bioimage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class YamlDocumentTest {
  private static final Place AT = new Place("p: rdf.yaml");

  private static YamlNode read(String yaml) throws PackageFormatException {
    return YamlDocument.read(AT, yaml.getBytes(StandardCharsets.UTF_8));
  }

  private static void refused(String expected, String yaml) {
    PackageFormatException e = assertThrows(PackageFormatException.class, () -> read(yaml));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  /** What YAML 1.1 would turn into numbers and truth values. */
  @Test
  void scalarsAreTexts() throws PackageFormatException {
    YamlNode node = read("{version: 1.10, y: no, eps: 1e-6, none: ~, list: [1.0, 2]}");
    assertEquals("1.10", node.get("version").text());
    assertEquals("no", node.get("y").text());
    assertEquals(1e-6, node.get("eps").number());
    assertTrue(node.find("none").isEmpty());
    assertEquals(1, node.get("list").list().get(0).integer(0, 9));
  }

  @Test
  void errorsNameThePlace() throws PackageFormatException {
    YamlNode node = read("inputs: [{axes: 3.5}]");
    YamlNode axes = node.get("inputs").list().get(0).get("axes");
    PackageFormatException e = assertThrows(PackageFormatException.class, () -> axes.integer(0, 9));
    assertEquals(
        "p: rdf.yaml: inputs[0].axes: found '3.5', expected a whole number from 0 to 9",
        e.getMessage());
  }

  /** A search for a number that goes back and forth would take hours. */
  @Test
  void endlessDigits() throws PackageFormatException {
    String digits = "1".repeat(1_000_000);
    YamlNode node =
        read("{none: " + digits + "x, many: 0." + digits + ", dot: .5, end: 1., e: 1e3}");
    assertThrows(PackageFormatException.class, () -> node.get("none").number());
    assertEquals(1 / 9.0, node.get("many").number(), 1e-15);
    assertEquals(0.5, node.get("dot").number());
    assertEquals(1, node.get("end").number());
    assertEquals(1000, node.get("e").number());
  }

  @Test
  void bombsOfAliases() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("a%d: &a%d [%s]\n".formatted(i, i, "*a%d, ".formatted(i - 1).repeat(9)));
    }
    refused("more than 100 aliases", bomb.toString());
  }

  @Test
  void bombsOfDepth() {
    refused("nested deeper than 40", "[".repeat(100_000));
    refused("nested deeper than 40", "{a: ".repeat(100_000));
  }

  @Test
  void tooLong() {
    refused("bytes, expected at most", "a".repeat(YamlDocument.MAX_BYTES + 1));
    refused("more than 500000 parts", "[" + "a,".repeat(600_000) + "]");
  }

  @Test
  void noClassOfTheFilesChoice() {
    refused("no YAML that can be read", "!!javax.script.ScriptEngineManager [x]");
    refused("no YAML that can be read", "!!python/object/apply:os.system [ls]");
  }

  @Test
  void whatIsNoYaml() {
    refused("no YAML that can be read", "a: [1, 2");
    refused("no YAML that can be read", "a: 1\na: 2\n");
    refused("no YAML that can be read", "\u0000");
  }
}
