package dev.fovea.tasks.library;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a server on this machine that behaves as servers do, and as they should not. */
class DownloadTest {
  private static final int BYTES = 300_000;
  private static final Download.Progress SILENT = (bytes, total) -> {};

  /** What a server sends to whom. */
  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  @TempDir Path root;
  private Path folder;
  private byte[] content;
  private HttpServer server;
  private ExecutorService threads;
  private Answer answer;
  private final List<String> ranges = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void startServer() throws IOException {
    folder = root.resolve("models");
    content = new byte[BYTES];
    new Random(7).nextBytes(content);
    answer = this::wholeOrRest;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          ranges.add(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
          try (exchange) {
            answer.to(exchange);
          }
        });
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
    threads.shutdownNow();
  }

  private URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private CatalogueEntry entry() {
    return entry(sha256(content));
  }

  private CatalogueEntry entry(String sha256) {
    return new CatalogueEntry("model", "", "MIT", url("/model.onnx"), BYTES, sha256);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Download download() {
    return download(10_000);
  }

  private Download download(int timeoutMillis) {
    return new Download(folder, Set.of("http"), timeoutMillis);
  }

  private void wholeOrRest(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null) {
      send(exchange, 200, content);
      return;
    }
    int from = Integer.parseInt(range.replaceAll("\\D", ""));
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes " + from + "-" + (BYTES - 1) + "/" + BYTES);
    send(exchange, 206, Arrays.copyOfRange(content, from, BYTES));
  }

  private static void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private Path part() {
    return folder.resolve("model.onnx.part");
  }

  private String refused(CatalogueEntry entry) {
    String message =
        assertThrows(IOException.class, () -> download().get(entry, SILENT)).getMessage();
    assertTrue(message.startsWith("model 'model': "), message);
    assertFalse(message.contains("\n"), message);
    assertFalse(Files.exists(folder.resolve("model.onnx")));
    return message;
  }

  private void assertWhole(Path file) throws IOException {
    assertEquals(folder.resolve("model.onnx"), file);
    assertArrayEquals(content, Files.readAllBytes(file));
    assertFalse(Files.exists(part()));
  }

  @Test
  void theModelIsThereOnceAndOnlyOnce() throws IOException {
    List<Long> seen = new ArrayList<>();
    assertWhole(
        download()
            .get(
                entry(),
                (bytes, total) -> {
                  assertEquals(BYTES, total);
                  assertFalse(Files.exists(folder.resolve("model.onnx")), "before it is checked");
                  seen.add(bytes);
                }));
    List<Long> sorted = new ArrayList<>(seen);
    Collections.sort(sorted);
    assertEquals(sorted, seen);
    assertEquals(BYTES, seen.get(seen.size() - 1));
    assertWhole(download().get(entry(), SILENT));
    assertEquals(List.of("null"), ranges, "one request");
  }

  @Test
  void aSlowServerIsWaitedFor() throws IOException {
    answer =
        exchange -> {
          exchange.sendResponseHeaders(200, BYTES);
          OutputStream out = exchange.getResponseBody();
          for (int from = 0; from < BYTES; from += BYTES / 10) {
            out.write(content, from, BYTES / 10);
            out.flush();
            pause();
          }
        };
    assertWhole(download().get(entry(), SILENT));
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void aServerThatFallsSilentIsGivenUpAndGoneOnWith() throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    answer =
        exchange -> {
          exchange.sendResponseHeaders(200, BYTES);
          exchange.getResponseBody().write(content, 0, 100_000);
          exchange.getResponseBody().flush();
          try {
            end.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        };
    String message =
        assertThrows(IOException.class, () -> download(2000).get(entry(), SILENT)).getMessage();
    end.countDown();
    assertTrue(message.contains("sends no more; found 100000 of 300000 bytes"), message);
    answer = this::wholeOrRest;
    assertWhole(download().get(entry(), SILENT));
    assertEquals(List.of("null", "bytes=100000-"), ranges);
  }

  @Test
  void aCutDownloadGoesOn() throws IOException {
    answer =
        exchange -> {
          exchange.sendResponseHeaders(200, BYTES);
          exchange.getResponseBody().write(content, 0, 123_456);
          // Closed before its end.
        };
    String message = refused(entry());
    assertTrue(message.contains("of 300000 bytes, expected all"), message);
    long there = Files.size(part());
    assertTrue(there > 0 && there <= 123_456, "kept " + there);
    answer = this::wholeOrRest;
    assertWhole(download().get(entry(), SILENT));
    assertEquals("bytes=" + there + "-", ranges.get(1));
  }

  @Test
  void aServerWithoutRangesSendsAllAgain() throws IOException {
    Files.createDirectories(folder);
    Files.write(part(), Arrays.copyOf(content, 50_000));
    answer = exchange -> send(exchange, 200, content);
    assertWhole(download().get(entry(), SILENT));
  }

  @Test
  void aRangeThatIsRefusedIsNotAskedAgain() throws IOException {
    Files.createDirectories(folder);
    Files.write(part(), Arrays.copyOf(content, 50_000));
    answer =
        exchange -> {
          if (exchange.getRequestHeaders().containsKey("Range")) {
            exchange.sendResponseHeaders(416, -1);
          } else {
            send(exchange, 200, content);
          }
        };
    assertWhole(download().get(entry(), SILENT));
  }

  @Test
  void aWrongChecksumLeavesNothing() throws IOException {
    String wrong = "0".repeat(64);
    String message = refused(entry(wrong));
    assertTrue(
        message.contains(
            "found a file with the SHA-256 " + sha256(content) + ", expected " + wrong),
        message);
    assertFalse(Files.exists(part()));
    // The same if what is gone on with was wrong.
    Files.write(part(), new byte[1000]);
    refused(entry());
    assertFalse(Files.exists(part()));
    assertWhole(download().get(entry(), SILENT));
  }

  @Test
  void aServerThatDoesNotStopIsStopped() throws IOException {
    answer =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          while (true) {
            exchange.getResponseBody().write(content);
          }
        };
    String message = refused(entry());
    assertTrue(message.contains("found more than 300000 bytes"), message);
    assertEquals(0, Files.size(part()));
  }

  @Test
  void redirectionsAreFollowedWhereTheyMayLead() throws IOException {
    answer =
        exchange -> {
          if (exchange.getRequestURI().getPath().equals("/model.onnx")) {
            redirect(exchange, "/elsewhere/model.onnx");
          } else {
            wholeOrRest(exchange);
          }
        };
    assertWhole(download().get(entry(), SILENT));
  }

  private static void redirect(HttpExchange exchange, String to) throws IOException {
    exchange.getResponseHeaders().set("Location", to);
    exchange.sendResponseHeaders(302, -1);
  }

  @Test
  void redirectionsElsewhereAreRefused() throws IOException {
    Path secret = Files.write(root.resolve("secret.onnx"), content);
    for (String to :
        List.of(secret.toUri().toString(), "ftp://127.0.0.1/x", "https://127.0.0.1:1/", "jar:x")) {
      answer = exchange -> redirect(exchange, to);
      String message = refused(entry());
      assertTrue(message.contains("found the address '" + to + "', expected http"), message);
    }
    answer = exchange -> redirect(exchange, "/model.onnx");
    assertTrue(refused(entry()).contains("more than 5 redirections"));
    answer = exchange -> redirect(exchange, "http://[not an address");
    assertTrue(refused(entry()).contains("a redirection to no address"));
  }

  @Test
  void onlyHttpsUnlessATestSaysOtherwise() {
    String message =
        assertThrows(IOException.class, () -> new Download(folder).get(entry(), SILENT))
            .getMessage();
    assertTrue(message.contains("expected https"), message);
    assertTrue(ranges.isEmpty(), "nothing was asked");
  }

  @Test
  void answersThatAreNoModel() {
    answer = exchange -> send(exchange, 404, new byte[10]);
    assertTrue(refused(entry()).contains("found the answer 404 of 127.0.0.1"));
    server.stop(0);
    assertTrue(refused(entry()).contains("127.0.0.1 cannot be reached"));
  }

  @Test
  void aCancelledDownloadGoesOnLater() throws IOException {
    assertThrows(
        CancellationException.class,
        () ->
            download()
                .get(
                    entry(),
                    (bytes, total) -> {
                      if (bytes > BYTES / 2) {
                        throw new CancellationException("cancelled");
                      }
                    }));
    long there = Files.size(part());
    assertTrue(there > BYTES / 2 && there < BYTES, "kept " + there);
    assertWhole(download().get(entry(), SILENT));
    assertEquals("bytes=" + there + "-", ranges.get(1));
  }

  @Test
  void anotherFileOfThatNameIsLeftAlone() throws IOException {
    Files.createDirectories(folder);
    Path other = Files.writeString(folder.resolve("model.onnx"), "mine");
    String message =
        assertThrows(IOException.class, () -> download().get(entry(), SILENT)).getMessage();
    assertTrue(message.contains("found another file as " + other), message);
    assertEquals("mine", Files.readString(other));
  }

  @Test
  void twoAtATimeAreRefused() throws IOException {
    List<String> second = new ArrayList<>();
    download()
        .get(
            entry(),
            (bytes, total) -> {
              if (second.isEmpty()) {
                second.add(
                    assertThrows(IOException.class, () -> download().get(entry(), SILENT))
                        .getMessage());
              }
            });
    assertTrue(second.get(0).contains("another download of it under way"), second.get(0));
  }

  @Test
  void theCatalogueIsWhole() {
    assertFalse(Catalogue.entries().isEmpty());
    for (CatalogueEntry e : Catalogue.entries()) {
      assertEquals("https", e.url().getScheme(), e.name());
      assertFalse(e.licence().isBlank() || e.description().isBlank(), e.name());
      assertEquals(e, Catalogue.named(e.name()).orElseThrow());
      // A version that does not change: a commit, not a branch.
      assertTrue(e.url().getPath().matches("/[^/]+/[^/]+/raw/[0-9a-f]{40}/.+\\.onnx"), e.name());
    }
  }
}
