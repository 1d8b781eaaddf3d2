package dev.fovea.engine.kernel.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * All tiles are compiled by C1 with profiles. HotSpot (seen with JDK 17) that has compiled a method
 * once by C1 and fails to do so with profiles never hands it to C2: every product is a call then,
 * and objects are made of its operands, for as long as the process lives.
 */
class TilesCompileTest {

  private static final List<Class<?>> TILES =
      List.of(
          ProductTiles1.class,
          ProductTiles2.class,
          ProductTiles3.class,
          ProductTiles4.class,
          PixelTiles.class,
          GradientTiles.class,
          CorrelationTiles.class);

  @Test
  void noTileIsTooLargeForTheFirstCompiler() throws Exception {
    assumeTrue(
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
        "skipped: needs the Vector module");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-XX:TieredStopAtLevel=3",
                "-XX:-BackgroundCompilation",
                "-XX:+PrintCompilation",
                "-cp",
                folder(Calls.class) + File.pathSeparator + folder(ProductTiles4.class),
                Calls.class.getName())
            .redirectErrorStream(true)
            .start();
    String printed = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, child.waitFor(), printed);
    List<String> tiles = printed.lines().filter(line -> line.contains("Tiles")).toList();
    assertTrue(
        tiles.stream().anyMatch(line -> line.contains("ProductTiles4::tile6x4")),
        () -> "expected lines of the compiler, found " + printed);
    assertEquals(List.of(), tiles.stream().filter(line -> line.contains("SKIPPED")).toList());
  }

  private static String folder(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  /** Calls each tile often enough for it to be compiled. */
  static final class Calls {

    private static final int CALLS = 400;
    private static final int ROOM = 1 << 14;

    private Calls() {}

    public static void main(String[] none) throws ReflectiveOperationException {
      for (Class<?> tiles : TILES) {
        for (Method tile : tiles.getDeclaredMethods()) {
          if (Modifier.isStatic(tile.getModifiers()) && tile.getName().startsWith("tile")) {
            Object[] arguments = arguments(tile.getParameterTypes());
            for (int i = 0; i < CALLS; i++) {
              tile.invoke(null, arguments);
            }
          }
        }
      }
    }

    // The first number of all tiles is how long they run; the others may be zero.
    private static Object[] arguments(Class<?>[] types) {
      boolean[] first = {true};
      return Arrays.stream(types).map(type -> argument(type, first)).toArray();
    }

    private static Object argument(Class<?> type, boolean[] first) {
      if (type == int.class) {
        int n = first[0] ? 16 : 0;
        first[0] = false;
        return n;
      }
      if (type == int[].class) {
        return new int[ROOM];
      }
      return type == float[].class
          ? new float[ROOM]
          : PixelTiles.Operands.sums(
              new float[ROOM], new int[ROOM], new float[ROOM], new float[ROOM], 0);
    }
  }
}
