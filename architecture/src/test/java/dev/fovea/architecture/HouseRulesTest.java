package dev.fovea.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The rules that the compiler does not hold: which library is seen where, which package may know
 * which, and what no class may do.
 *
 * <p>The classes are read from the {@code target/classes} folder of every module, not from the
 * class path, so that the ImageJ plugins are seen as compiled and not as shaded.
 */
class HouseRulesTest {
  /** The rooms of the house, from the ground up, each with the rooms below that it may know. */
  private static final List<Room> ROOMS =
      List.of(
          new Room(
              "core",
              List.of(
                  "dev.fovea.engine.io..",
                  "dev.fovea.engine.tensor..",
                  "dev.fovea.engine.kernel..",
                  "dev.fovea.engine.op..",
                  "dev.fovea.engine.graph..",
                  "dev.fovea.engine.model..",
                  "dev.fovea.engine.runtime..",
                  "dev.fovea.engine.nn..",
                  "dev.fovea.engine.monitor..",
                  "dev.fovea.engine.train.."),
              Set.of()),
          new Room("testkit", "dev.fovea.engine.testkit..", "core"),
          new Room("onnx", "dev.fovea.engine.onnx..", "core"),
          new Room("onnxruntime", "dev.fovea.engine.onnxruntime..", "core", "onnx"),
          new Room("image", "dev.fovea.engine.image..", "core"),
          new Room("opencv", "dev.fovea.engine.opencv..", "core", "image"),
          new Room("bioimage", "dev.fovea.engine.bioimage..", "core", "onnx", "image"),
          new Room("zoo", "dev.fovea.engine.zoo..", "core", "onnx", "image"),
          new Room("detection", "dev.fovea.detection..", "core", "onnx", "image", "zoo"),
          new Room("segmentation", "dev.fovea.segmentation..", "core", "onnx", "image", "zoo"),
          new Room("visualize", "dev.fovea.visualize..", "core", "onnx", "image", "zoo"),
          new Room(
              "samples",
              "dev.fovea.samples..",
              "core",
              "onnx",
              "image",
              "opencv",
              "zoo",
              "detection",
              "segmentation"),
          new Room(
              "tasks",
              "dev.fovea.tasks..",
              "core",
              "onnx",
              "image",
              "bioimage",
              "zoo",
              "detection",
              "segmentation",
              "visualize"),
          new Room(
              "batch",
              "dev.fovea.batch..",
              "core",
              "onnx",
              "image",
              "bioimage",
              "zoo",
              "detection",
              "segmentation",
              "visualize",
              "samples",
              "tasks"),
          new Room(
              "imagej",
              "dev.fovea.imagej..",
              "core",
              "onnx",
              "image",
              "zoo",
              "detection",
              "segmentation",
              "visualize",
              "tasks"),
          new Room(
              "benchmarks",
              "dev.fovea.benchmarks..",
              "core",
              "onnx",
              "onnxruntime",
              "image",
              "zoo",
              "detection",
              "segmentation",
              "visualize"));

  private record Room(String name, List<String> packages, Set<String> below) {
    Room(String name, String packages, String... below) {
      this(name, List.of(packages), Set.of(below));
    }
  }

  /** Surefire runs the tests in the folder of their module. */
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private static List<Path> modules;
  private static JavaClasses classes;

  @BeforeAll
  static void readClasses() throws IOException {
    try (Stream<Path> folders =
        Files.find(ROOT, 2, (path, a) -> Files.exists(path.resolve("pom.xml")))) {
      modules =
          folders.filter(module -> Files.isDirectory(module.resolve("src/main/java"))).toList();
    }
    classes =
        new ClassFileImporter()
            .importPaths(modules.stream().map(module -> module.resolve("target/classes")).toList());
  }

  @Test
  void everyModuleIsRead() {
    assertFalse(modules.isEmpty(), "no module found in " + ROOT);
    assertAll(
        modules.stream()
            .map(module -> module.resolve("target/classes/dev/fovea"))
            .map(folder -> () -> assertTrue(Files.isDirectory(folder), "not compiled: " + folder)));
  }

  @Test
  void everyClassIsInARoom() {
    classes()
        .should()
        .resideInAnyPackage(
            ROOMS.stream().flatMap(room -> room.packages().stream()).toArray(String[]::new))
        .check(classes);
  }

  @Test
  void everyLibraryIsSeenInOneRoom() {
    assertAll(
        () -> onlyIn("jdk.incubator..", "dev.fovea.engine.kernel.simd.."),
        () -> onlyIn("ij..", "dev.fovea.imagej.."),
        () -> onlyIn("org.scijava..", "dev.fovea.imagej.."),
        () -> onlyIn("org.bytedeco..", "dev.fovea.engine.cuda..", "dev.fovea.benchmarks.."),
        () -> onlyIn("org.opencv..", "dev.fovea.engine.opencv..", "dev.fovea.benchmarks.."),
        () -> onlyIn("nu.pattern..", "dev.fovea.engine.opencv..", "dev.fovea.benchmarks.."),
        () ->
            onlyIn("ai.onnxruntime..", "dev.fovea.engine.onnxruntime..", "dev.fovea.benchmarks.."),
        () -> onlyIn("ai.onnx.proto..", "dev.fovea.engine.onnx.."),
        () ->
            onlyIn("com.google.protobuf..", "dev.fovea.engine.onnx..", "dev.fovea.tasks.report.."),
        () -> onlyIn("org.apache.commons.imaging..", "dev.fovea.engine.image.."),
        () ->
            onlyIn("org.snakeyaml..", "dev.fovea.engine.bioimage..", "dev.fovea.detection.data.."),
        () ->
            onlyIn(
                "com.fasterxml..",
                "dev.fovea.detection.data..",
                "dev.fovea.tasks..",
                "dev.fovea.batch..",
                "dev.fovea.imagej..",
                "dev.fovea.benchmarks.."),
        () -> onlyIn("picocli..", "dev.fovea.batch..", "dev.fovea.benchmarks.."),
        () -> onlyIn("me.tongfei..", "dev.fovea.batch.."),
        () -> onlyIn("org.junit..", "dev.fovea.engine.testkit.."),
        () -> onlyIn("org.openjdk.jmh..", "dev.fovea.benchmarks.."));
  }

  private static void onlyIn(String library, String... rooms) {
    noClasses()
        .that()
        .resideOutsideOfPackages(rooms)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(classes);
  }

  @Test
  void theEngineKnowsNoWindow() {
    noClasses()
        .that()
        .resideInAPackage("dev.fovea.engine..")
        .and()
        .resideOutsideOfPackage("dev.fovea.engine.image..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.awt..", "javax.swing..")
        .check(classes);
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.fovea.imagej..", "dev.fovea.samples.detection..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("javax.swing..", "java.awt.event..")
        .check(classes);
  }

  @Test
  void dependenciesPointDown() {
    assertAll(ROOMS.stream().map(room -> () -> knowsOnlyWhatIsBelow(room)));
  }

  private static void knowsOnlyWhatIsBelow(Room room) {
    String[] others =
        ROOMS.stream()
            .filter(other -> !other.equals(room) && !room.below().contains(other.name()))
            .flatMap(other -> other.packages().stream())
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAnyPackage(room.packages().toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .because(room.name() + " may know only " + room.below())
        .allowEmptyShould(true)
        .check(classes);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.fovea.(**)").should().beFreeOfCycles().check(classes);
  }

  @Test
  void onlyTheCommandLineEndsTheJvm() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.fovea.batch.Main")
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(classes);
  }

  @Test
  void everyRandomNumberHasASeed() {
    noClasses()
        .should()
        .callMethod(Math.class, "random")
        .orShould()
        .callConstructor(Random.class)
        .orShould()
        .callConstructor(SplittableRandom.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ThreadLocalRandom.class)
        .check(classes);
  }

  @Test
  void noClassReadsSerializedObjects() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.ObjectInputStream")
        .check(classes);
  }

  /** But for the download that a user asks for. */
  @Test
  void noClassUsesTheNetwork() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.fovea.tasks.library..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.net.http..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.net.Socket")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.net.URLConnection.class)
        .check(classes);
  }
}
