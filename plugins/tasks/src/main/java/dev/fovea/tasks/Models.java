package dev.fovea.tasks;

import dev.fovea.engine.bioimage.BioimagePackage;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.onnx.ModelFormatException;
import dev.fovea.engine.onnx.OnnxOutline;
import dev.fovea.engine.onnx.OnnxReader;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.runtime.InferenceRuntime;
import dev.fovea.tasks.library.Catalogue;
import dev.fovea.tasks.library.CatalogueEntry;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Loads models by name or file. */
public final class Models {
  private static final List<String> BUILT_IN = List.of("digits", "nuclei", "bloodcells", "starry");

  private Models() {}

  /** The names of the models that come with Fovea. */
  public static List<String> builtIn() {
    return BUILT_IN;
  }

  /** Whether a built-in model is part of this build. */
  public static boolean isPresent(String name) {
    return BUILT_IN.contains(name) && Models.class.getResource(resource(name)) != null;
  }

  private static String resource(String name) {
    return "/dev/fovea/models/" + name + ".onnx";
  }

  /**
   * Loads a built-in model or a file; a built-in name goes before a file of that name.
   *
   * @throws IllegalArgumentException if there is neither
   * @throws IOException if it cannot be read; one line that names the file, what was found and what
   *     was expected
   */
  public static Model load(String nameOrFile) throws IOException {
    return load(nameOrFile, RunOptions.defaults());
  }

  /**
   * As {@link #load(String)}, for the runtime that the options name: models for another one need
   * not be such that Fovea's engine can run them.
   *
   * @throws IllegalArgumentException if there is neither
   * @throws IOException if it cannot be read; one line
   */
  public static Model load(String nameOrFile, RunOptions options) throws IOException {
    return source(nameOrFile).load(options.onOwnEngine());
  }

  /**
   * As {@link #load(String)}, also of models that Fovea's engine cannot run: to be looked at.
   *
   * @throws IllegalArgumentException if there is neither
   * @throws IOException if it is no ONNX model; one line
   */
  static Model look(String nameOrFile) throws IOException {
    return source(nameOrFile).load(false);
  }

  private static Source source(String nameOrFile) throws IOException {
    if (BUILT_IN.contains(nameOrFile)) {
      return new BuiltIn(nameOrFile);
    }
    Path file = existingFile(nameOrFile);
    return BioimagePackage.isPackage(file)
        ? new Packaged(nameOrFile, BioimagePackage.open(file))
        : new Stored(nameOrFile, file);
  }

  /**
   * The file of a model that is not built in.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Path file(String nameOrFile) {
    if (BUILT_IN.contains(nameOrFile)) {
      throw new IllegalArgumentException(
          "model '" + nameOrFile + "': found a built-in model, expected a file");
    }
    Path file = existingFile(nameOrFile);
    if (BioimagePackage.isPackage(file)) {
      throw new IllegalArgumentException(
          "model '" + nameOrFile + "': found a bioimage.io package, expected an ONNX file");
    }
    return file;
  }

  /** What a file says besides its weights. */
  static OnnxOutline outline(Path file) throws IOException {
    return new Stored(file.toString(), file).outline();
  }

  private static InputStream openBuiltIn(String name) throws IOException {
    InputStream in = Models.class.getResourceAsStream(resource(name));
    if (in == null) {
      throw new FileNotFoundException(
          "model '"
              + name
              + "': not part of this build of Fovea, expected the resource "
              + resource(name));
    }
    return in;
  }

  private static Path existingFile(String name) {
    Path file;
    try {
      file = Path.of(name);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "model '"
              + name
              + "': found no file name ("
              + e.getReason()
              + "), expected "
              + expected(),
          e);
    }
    if (!Files.exists(file)) {
      return downloaded(name);
    }
    if (Files.isDirectory(file) && !BioimagePackage.isPackage(file)) {
      throw new IllegalArgumentException(
          "model '" + name + "': found a folder without rdf.yaml, expected " + expected());
    }
    return file;
  }

  /** A model of the catalogue that was downloaded. */
  private static Path downloaded(String name) {
    CatalogueEntry entry =
        Catalogue.named(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "model '"
                            + name
                            + "': found no such model or file, expected "
                            + expected()));
    Path file = entry.in(Catalogue.folder());
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "model '"
              + name
              + "': found it in the catalogue, expected it in "
              + Catalogue.folder()
              + " (fovea models get "
              + name
              + ")");
    }
    return file;
  }

  private static String expected() {
    return "one of " + String.join(", ", BUILT_IN) + ", or an ONNX file, or a bioimage.io package";
  }

  /** Where a model is. */
  private interface Source extends Model.Origin {
    String name();

    /** Opens the bytes from their start. */
    InputStream bytes() throws IOException;

    OnnxReader reader() throws IOException;

    /** A card beside a model without one; null if there is none. */
    ModelCard otherCard() throws IOException;

    @Override
    default OnnxOutline outline() throws IOException {
      try (InputStream in = bytes()) {
        return reader().outline(in, name());
      }
    }

    /**
     * Loads it.
     *
     * @param toRun whether a model is refused that Fovea's engine cannot run
     */
    default Model load(boolean toRun) throws IOException {
      try (CountingDigest in = new CountingDigest(bytes())) {
        ModelCard card;
        Graph graph = null;
        if (toRun) {
          ModelFile file = reader().read(in, name());
          card = file.card();
          graph = file.graph();
        } else {
          card = reader().outline(in, name()).card();
        }
        // What a reader may have left unread counts for the hash.
        in.transferTo(OutputStream.nullOutputStream());
        card = card == null ? otherCard() : card;
        String sha256 = in.sha256();
        return graph == null
            ? asFarAsRead(card, sha256, in.bytes)
            : new Model(name(), sha256, in.bytes, card, graph, null, this);
      }
    }

    /** With a graph if there can be one: some tasks ask it for the sizes it takes. */
    private Model asFarAsRead(ModelCard card, String sha256, long bytes) throws IOException {
      try (InputStream in = bytes()) {
        Graph graph = reader().read(in, name()).graph();
        return new Model(name(), sha256, bytes, card, graph, null, this);
      } catch (ModelFormatException e) {
        return new Model(name(), sha256, bytes, card, null, e, this);
      }
    }
  }

  /** A model that comes with Fovea. */
  private record BuiltIn(String name) implements Source {
    @Override
    public InputStream bytes() throws IOException {
      return openBuiltIn(name);
    }

    @Override
    public OnnxReader reader() {
      return new OnnxReader();
    }

    @Override
    public ModelCard otherCard() {
      return null;
    }

    @Override
    public Inference open(InferenceRuntime runtime, int threads) throws IOException {
      try (InputStream in = bytes()) {
        return runtime.open(in.readAllBytes(), name, threads);
      }
    }
  }

  /** A model in a file. */
  private record Stored(String name, Path file) implements Source {
    @Override
    public InputStream bytes() throws IOException {
      return Files.newInputStream(file);
    }

    @Override
    public OnnxReader reader() {
      return new OnnxReader().inFolder(file.toAbsolutePath().getParent());
    }

    @Override
    public ModelCard otherCard() throws IOException {
      return CardFile.beside(file).orElse(null);
    }

    @Override
    public Inference open(InferenceRuntime runtime, int threads) throws IOException {
      return runtime.open(file, threads);
    }
  }

  /** A model in a package of bioimage.io. */
  private record Packaged(String name, BioimagePackage content) implements Source {
    @Override
    public InputStream bytes() throws IOException {
      return new ByteArrayInputStream(content.weights());
    }

    @Override
    public OnnxReader reader() throws IOException {
      OnnxReader reader = new OnnxReader();
      return content.weightsFile().map(file -> reader.inFolder(file.getParent())).orElse(reader);
    }

    @Override
    public ModelCard otherCard() {
      return null;
    }

    @Override
    public Optional<BioimagePackage> bioimagePackage() {
      return Optional.of(content);
    }

    @Override
    public Inference open(InferenceRuntime runtime, int threads) throws IOException {
      // Read in any case, for their checksum.
      byte[] weights = content.weights();
      Optional<Path> file = content.weightsFile();
      return file.isPresent()
          ? runtime.open(file.get(), threads)
          : runtime.open(weights, name, threads);
    }
  }

  /** SHA-256 of bytes, in hexadecimal. */
  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(CountingDigest.newSha256().digest(bytes));
  }

  /** Hashes and counts what is read. */
  private static final class CountingDigest extends DigestInputStream {
    private long bytes;

    CountingDigest(InputStream in) {
      super(in, newSha256());
    }

    private static MessageDigest newSha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      bytes += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = super.read(buffer, offset, length);
      bytes += Math.max(0, n);
      return n;
    }

    String sha256() {
      return HexFormat.of().formatHex(getMessageDigest().digest());
    }
  }
}
