package dev.fovea.tasks.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tasks.batch.FileResult.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void documentOfABatch() {
    BatchReport report =
        new BatchReport(
            3,
            false,
            "",
            List.of(
                new FileResult("a \"b\".png", Status.DONE, "", List.of("out/a.txt"), 0.25),
                new FileResult("c.png", Status.FAILED, "c.png: found nothing", List.of(), 1)));
    assertEquals(
        """
        {
          "total" : 3,
          "done" : 1,
          "skipped" : 0,
          "failed" : 1,
          "files" : [
            {
              "input" : "a \\"b\\".png",
              "status" : "done",
              "reason" : "",
              "outputs" : [
                "out/a.txt"
              ],
              "seconds" : 0.25
            },
            {
              "input" : "c.png",
              "status" : "failed",
              "reason" : "c.png: found nothing",
              "outputs" : [ ],
              "seconds" : 1.0
            }
          ]
        }
        """,
        Json.text(Json.of(report)));
  }

  @Test
  void whatIsNoNumberIsNull() {
    ObjectNode object = Json.object();
    Json.put(object, "nan", Double.NaN);
    Json.put(object, "rounded", 1 / 3.0);
    assertEquals("{\"nan\":null,\"rounded\":0.333333}", object.toString());
  }

  @Test
  void csvQuotesWhatItMust() {
    assertEquals(
        "plain,\"a,b\",\"say \"\"x\"\"\",\n", Csv.line(List.of("plain", "a,b", "say \"x\"", "")));
    assertEquals("0.0123457", Csv.number(0.0123456789));
    assertEquals("123.457", Csv.number(123.456789));
  }
}
