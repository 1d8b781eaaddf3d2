package dev.fovea.architecture;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What must hold of the one jar that goes into ImageJ's plugins folder, where it shares a class
 * path with everything else. Skipped when the build stops before the jar is packed.
 */
class FoveaJarTest {
  private static final Path JAR =
      Path.of("../plugins/imagej/target/Fovea_.jar").toAbsolutePath().normalize();

  private static final int JAVA_8 = 52;
  private static final int JAVA_17 = 61;

  private static JarFile jar;
  private static Set<String> entries;

  @BeforeAll
  static void open() throws IOException {
    assumeTrue(Files.exists(JAR), "not packed yet: " + JAR);
    jar = new JarFile(JAR.toFile());
    entries =
        jar.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName).collect(toSet());
  }

  @AfterAll
  static void close() throws IOException {
    if (jar != null) {
      jar.close();
    }
  }

  @Test
  void everyClassHasANameOfOurs() {
    assertEquals(
        List.of(),
        entries.stream()
            .filter(name -> name.endsWith(".class") && !name.startsWith("dev/fovea/"))
            .toList());
  }

  @Test
  void noSignatureModuleDescriptorOrVersionedClassIsLeft() {
    assertEquals(
        List.of(),
        entries.stream()
            .filter(
                name ->
                    name.matches("META-INF/.*\\.(SF|RSA|DSA)")
                        || name.endsWith("module-info.class")
                        || name.startsWith("META-INF/versions/"))
            .toList());
  }

  @Test
  void theLicenceIsInside() {
    assertTrue(entries.containsAll(Set.of("META-INF/LICENSE", "META-INF/NOTICE")));
  }

  @Test
  void everyServiceAndItsProvidersAreInside() throws IOException {
    List<String> services =
        entries.stream().filter(name -> name.startsWith("META-INF/services/")).toList();
    assertFalse(services.isEmpty());
    for (String service : services) {
      String type = service.substring("META-INF/services/".length());
      assertTrue(entries.contains(classFile(type)), "no interface for " + service);
      for (String line : lines(service)) {
        String provider = line.replaceFirst("#.*", "").strip();
        assertTrue(
            provider.isEmpty() || entries.contains(classFile(provider)),
            service + " names " + provider + ", which is not in the jar");
      }
    }
    assertTrue(services.contains("META-INF/services/dev.fovea.engine.kernel.Backend"));
  }

  /** An old Fiji must be able to load the commands, or its user sees only a stack trace. */
  @Test
  void theCommandsLoadOnJava8() throws IOException {
    List<String> commands =
        lines("plugins.config").stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(
                line -> line.substring(line.lastIndexOf(',') + 1).strip().replaceFirst("\\(.*", ""))
            .toList();
    assertFalse(commands.isEmpty());
    assertAll(
        commands.stream()
            .map(command -> () -> assertEquals(JAVA_8, classVersion(classFile(command)), command)));
  }

  @Test
  void everyClassLoadsOnJava17() throws IOException {
    for (String name : entries) {
      if (name.endsWith(".class")) {
        assertTrue(classVersion(name) <= JAVA_17, name);
      }
    }
  }

  private static String classFile(String className) {
    return className.replace('.', '/') + ".class";
  }

  private static List<String> lines(String name) throws IOException {
    return new String(bytes(name), StandardCharsets.UTF_8).lines().toList();
  }

  private static byte[] bytes(String name) throws IOException {
    assertTrue(entries.contains(name), "not in the jar: " + name);
    try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
      return in.readAllBytes();
    }
  }

  private static int classVersion(String name) throws IOException {
    assertTrue(entries.contains(name), "not in the jar: " + name);
    try (DataInputStream in = new DataInputStream(jar.getInputStream(jar.getEntry(name)))) {
      assertEquals(0xCAFEBABE, in.readInt(), name);
      in.readUnsignedShort();
      return in.readUnsignedShort();
    }
  }
}
