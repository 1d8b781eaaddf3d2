package dev.fovea.imagej;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionsTest {
  private static Map<String, String> parse(String text) {
    return Options.parse(text, name -> name.equals("threshold") ? "0.25" : null);
  }

  private static void refused(String text, String message) {
    assertEquals(
        message, assertThrows(IllegalArgumentException.class, () -> parse(text)).getMessage());
  }

  @Test
  void readsPairsAndKeywords() {
    assertEquals(Map.of(), parse("  "));
    assertEquals(
        Map.of("model", "nuclei", "stack", "true", "tile", "256"),
        parse(" model=nuclei stack tile=256 "));
  }

  @Test
  void readsQuotedValues() {
    assertEquals(
        Map.of("model", "/my data/a [1].onnx", "save", "b c.tif", "class", ""),
        parse("model=[/my data/a [1].onnx] save='b c.tif' class=[]"));
  }

  @Test
  void aKeyInsideOfAValueIsNoKey() {
    assertEquals(
        Map.of("save", "/x/ model=nuclei y.tif", "model", "cells"),
        parse("save=[/x/ model=nuclei y.tif] model=cells"));
  }

  @Test
  void keysMayBeWrittenInAnyCase() {
    assertEquals(Map.of("model", "Nuclei"), parse("Model=Nuclei"));
  }

  @Test
  void readsVariablesOfTheMacro() {
    assertEquals(Map.of("interior_threshold", "0.25"), parse("interior_threshold=&threshold"));
    refused(
        "tile=&size", "option 'tile': found &size, expected the name of a variable of the macro");
  }

  @Test
  void refusesWhatIsAmbiguous() {
    refused("model=a model=b", "option 'model' is given twice, expected once");
    refused("model=[a b", "option 'model' begins with [ that is not closed");
    refused("model='a b", "option 'model' begins with ' that is not closed");
  }

  @Test
  void readsWhatItWrites() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("model", "/my data/a [1].onnx");
    values.put("stack", "true");
    values.put("tile", "auto");
    values.put("save", "");
    String text = Options.format(values);
    assertEquals("model=[/my data/a [1].onnx] stack tile=auto save=[]", text);
    assertEquals(values, parse(text));
    assertEquals(List.copyOf(values.keySet()), List.copyOf(parse(text).keySet()));
  }

  @Test
  void aFlagThatIsOffIsNotWritten() {
    assertEquals("", Options.format(Map.of("stack", "false")));
  }
}
