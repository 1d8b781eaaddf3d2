package dev.fovea.imagej;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An X server without a screen, for tests that open windows. */
final class VirtualDisplay implements AutoCloseable {
  private static final String PROGRAM = "Xvfb";

  private final Process server;
  private final String name;

  private VirtualDisplay(Process server, String name) {
    this.server = server;
    this.name = name;
  }

  /** Whether the program is on the PATH. */
  static boolean isInstalled() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, PROGRAM)));
  }

  /** Starts a server on a free number. */
  static VirtualDisplay start() throws IOException {
    Process server =
        new ProcessBuilder(
                PROGRAM, "-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    // The server writes its number when it is ready for clients.
    String number = server.inputReader(StandardCharsets.US_ASCII).readLine();
    if (number == null) {
      throw new IOException(PROGRAM + " did not start");
    }
    return new VirtualDisplay(server, ":" + number.strip());
  }

  /** The value of the variable DISPLAY. */
  String name() {
    return name;
  }

  @Override
  public void close() {
    server.destroy();
    try {
      if (!server.waitFor(10, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    } catch (InterruptedException e) {
      server.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
