package dev.fovea.tasks.library;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * Downloads a model of the catalogue: to a file that ends in {@code .part}, which a later download
 * goes on with, and which gets the model's name only when length and SHA-256 are right.
 *
 * <p>Redirections are followed by hand, because each place must be one that may be asked: over
 * HTTPS, not a file of this machine.
 */
public final class Download {
  private static final int MAX_REDIRECTS = 5;
  private static final int BUFFER = 1 << 16;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int PARTIAL_CONTENT = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final Path folder;
  private final Set<String> schemes;
  private final int timeoutMillis;

  /** Is told how far a download is; may throw to end it, what is there is kept. */
  @FunctionalInterface
  public interface Progress {
    /** So many bytes of all are there. */
    void at(long bytes, long total);
  }

  /**
   * Downloads into a folder, over HTTPS; a server that sends nothing for 60 s is given up.
   *
   * @param folder made if it is not there
   */
  public Download(Path folder) {
    this(folder, Set.of("https"), 60_000);
  }

  Download(Path folder, Set<String> schemes, int timeoutMillis) {
    this.folder = folder;
    this.schemes = schemes;
    this.timeoutMillis = timeoutMillis;
  }

  /**
   * Downloads a model unless it is there.
   *
   * @return its file
   * @throws IOException if it cannot be had, or is not what the catalogue says; one line
   */
  public Path get(CatalogueEntry entry, Progress progress) throws IOException {
    Files.createDirectories(folder);
    Path file = entry.in(folder);
    if (Files.isRegularFile(file)) {
      if (Files.size(file) == entry.bytes() && sha256(file).equals(entry.sha256())) {
        return file;
      }
      throw error(entry, "another file as " + file, "none, or the model");
    }
    Path part = folder.resolve(file.getFileName() + ".part");
    try (FileChannel out =
        FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      FileLock lock = lock(out);
      if (lock == null) {
        throw error(entry, "another download of it under way", "one at a time");
      }
      requireSpace(entry, out.size());
      fetch(entry, out, progress);
    }
    requireChecksum(entry, part);
    move(part, file);
    return file;
  }

  private static FileLock lock(FileChannel out) throws IOException {
    try {
      return out.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by another thread of this program.
      return null;
    }
  }

  private void requireSpace(CatalogueEntry entry, long there) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < entry.bytes() - there) {
      throw error(
          entry, free + " free bytes in " + folder, (entry.bytes() - there) + " for the download");
    }
  }

  private void fetch(CatalogueEntry entry, FileChannel out, Progress progress) throws IOException {
    if (out.size() > entry.bytes()) {
      out.truncate(0);
    }
    while (out.size() < entry.bytes()) {
      HttpURLConnection connection = open(entry, out.size());
      try {
        int status = connection.getResponseCode();
        if (status == RANGE_NOT_SATISFIABLE && out.size() > 0) {
          out.truncate(0);
          continue;
        }
        if (status != PARTIAL_CONTENT || !continues(connection, out.size())) {
          // The server sends the file from its start.
          out.truncate(0);
        }
        out.position(out.size());
        transfer(entry, connection, out, progress);
      } finally {
        connection.disconnect();
      }
    }
  }

  private static boolean continues(HttpURLConnection connection, long from) {
    String range = connection.getHeaderField("Content-Range");
    return range != null && range.startsWith("bytes " + from + "-");
  }

  /** The connection to where the redirections end; its status is one of success, or 416. */
  private HttpURLConnection open(CatalogueEntry entry, long from) throws IOException {
    URI place = entry.url();
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
      if (place.getScheme() == null || !schemes.contains(place.getScheme())) {
        throw error(entry, "the address '" + place + "'", String.join(" or ", schemes));
      }
      HttpURLConnection connection = connect(entry, place, from);
      int status = connection.getResponseCode();
      if (REDIRECTS.contains(status)) {
        String location = connection.getHeaderField("Location");
        connection.disconnect();
        place = redirected(entry, place, location);
      } else if (status == HttpURLConnection.HTTP_OK
          || status == PARTIAL_CONTENT
          || (status == RANGE_NOT_SATISFIABLE && from > 0)) {
        return connection;
      } else {
        connection.disconnect();
        throw error(entry, "the answer " + status + " of " + place.getHost(), "the model");
      }
    }
    throw error(entry, "more than " + MAX_REDIRECTS + " redirections", "the model");
  }

  private HttpURLConnection connect(CatalogueEntry entry, URI place, long from) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) place.toURL().openConnection();
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout(timeoutMillis);
    connection.setReadTimeout(timeoutMillis);
    connection.setUseCaches(false);
    // A compressed answer would have other bytes than those that are counted.
    connection.setRequestProperty("Accept-Encoding", "identity");
    if (from > 0) {
      connection.setRequestProperty("Range", "bytes=" + from + "-");
    }
    try {
      connection.connect();
      connection.getResponseCode();
      return connection;
    } catch (UnknownHostException e) {
      throw problem(entry, "the host '" + place.getHost() + "' is not found", e);
    } catch (SocketTimeoutException e) {
      throw problem(entry, place.getHost() + " does not answer", e);
    } catch (IOException e) {
      throw problem(entry, place.getHost() + " cannot be reached: " + e.getMessage(), e);
    }
  }

  private static URI redirected(CatalogueEntry entry, URI from, String location)
      throws IOException {
    try {
      return from.resolve(new URI(location == null ? "" : location));
    } catch (URISyntaxException e) {
      throw problem(entry, "found a redirection to no address, expected one", e);
    }
  }

  private static void transfer(
      CatalogueEntry entry, HttpURLConnection connection, FileChannel out, Progress progress)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = connection.getInputStream()) {
      progress.at(out.size(), entry.bytes());
      for (int n = read(entry, in, buffer, out); n >= 0; n = read(entry, in, buffer, out)) {
        if (out.size() + n > entry.bytes()) {
          // More would not make it right, and must not fill the disk.
          out.truncate(0);
          throw error(entry, "more than " + entry.bytes() + " bytes", "that many");
        }
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        progress.at(out.size(), entry.bytes());
      }
    }
    if (out.size() < entry.bytes()) {
      throw problem(entry, "the connection ended; " + later(entry, out), null);
    }
  }

  private static int read(CatalogueEntry entry, InputStream in, byte[] buffer, FileChannel out)
      throws IOException {
    try {
      return in.read(buffer);
    } catch (SocketTimeoutException e) {
      throw problem(entry, "the server sends no more; " + later(entry, out), e);
    } catch (IOException e) {
      throw problem(entry, "the connection broke; " + later(entry, out), e);
    }
  }

  private static String later(CatalogueEntry entry, FileChannel out) throws IOException {
    return "found "
        + out.size()
        + " of "
        + entry.bytes()
        + " bytes, expected all; the same command goes on from there";
  }

  /** A part that is wrong is deleted: to go on with it would never make it right. */
  private static void requireChecksum(CatalogueEntry entry, Path part) throws IOException {
    String found = sha256(part);
    if (!found.equals(entry.sha256())) {
      Files.delete(part);
      throw error(entry, "a file with the SHA-256 " + found, entry.sha256());
    }
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void move(Path part, Path file) throws IOException {
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, file);
    }
  }

  private static String label(CatalogueEntry entry) {
    return "model '" + entry.name() + "': ";
  }

  private static IOException error(CatalogueEntry entry, String found, String expected) {
    return new IOException(label(entry) + "found " + found + ", expected " + expected);
  }

  private static IOException problem(CatalogueEntry entry, String message, Exception cause) {
    return new IOException(label(entry) + message, cause);
  }
}
