package dev.fovea.engine.zoo.course;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.testkit.ReferenceBackend;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * All entries by which the assignments of Stanford's course CS231n, "Deep learning for computer
 * vision", check solutions: one test for each entry and backend, that carries the entry's name.
 *
 * <table>
 * <caption>Which class checks what</caption>
 * <tr><td>{@link OperatorChecks}</td><td>single layers, forward and backward</td></tr>
 * <tr><td>{@link NetworkChecks}</td><td>small fully connected networks and their training</td></tr>
 * <tr><td>{@link LossChecks}</td><td>losses and what a loss is at the start</td></tr>
 * <tr><td>{@link OptimizerChecks}</td><td>one step of each optimizer</td></tr>
 * <tr><td>{@link DiffusionChecks}</td><td>noise schedules and the algebra of diffusion</td></tr>
 * <tr><td>{@link AttentionChecks}</td><td>embeddings, positions, attention, layers of transformers</td></tr>
 * <tr><td>{@link GanChecks}</td><td>generative adversarial networks</td></tr>
 * <tr><td>{@link SequenceChecks}</td><td>recurrent layers, captions</td></tr>
 * </table>
 */
class CourseTest {

  private static final List<CourseEntry> ENTRIES = CourseEntry.all();
  private static final Map<String, CourseCheck> CHECKS = checks();

  private static Map<String, CourseCheck> checks() {
    Map<String, CourseCheck> all = new HashMap<>();
    Stream.of(
            OperatorChecks.all(),
            NetworkChecks.all(),
            LossChecks.all(),
            OptimizerChecks.all(),
            DiffusionChecks.all(),
            GanChecks.all(),
            SequenceChecks.all(),
            AttentionChecks.all())
        .flatMap(m -> m.entrySet().stream())
        .forEach(e -> assertNull(all.put(e.getKey(), e.getValue()), e.getKey()));
    return all;
  }

  private static List<Backend> backends() {
    return Stream.concat(
            Stream.of(new ReferenceBackend()),
            Backends.all().stream().filter(b -> b.unavailableBecause().isEmpty()))
        .toList();
  }

  @Test
  void everyEntryHasACheckAndEveryCheckAnEntry() {
    assertEquals(52, ENTRIES.size());
    Set<String> names = ENTRIES.stream().map(CourseEntry::name).collect(Collectors.toSet());
    assertEquals(names, CHECKS.keySet());
  }

  @TestFactory
  Stream<DynamicTest> entry() {
    return ENTRIES.stream().flatMap(e -> backends().stream().map(b -> test(e, b)));
  }

  private static DynamicTest test(CourseEntry entry, Backend backend) {
    return dynamicTest(
        entry.name() + " on " + backend.name(),
        () -> {
          Found found = new Found(entry);
          CHECKS.get(entry.name()).run(entry, backend, found);
          found.complete();
        });
  }
}
