package dev.fovea.engine.bioimage;

import dev.fovea.engine.bioimage.ModelDescription.Weights;
import dev.fovea.engine.onnx.Limits;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A model package of bioimage.io: a folder or a zip archive with a description {@code rdf.yaml} or
 * {@code bioimageio.yaml}, weights and test tensors. Immutable; nothing stays open.
 *
 * <p>Packages are taken to be hostile. Nothing is fetched from the network, nothing is unpacked to
 * the disk, no file outside the package is read, and every size is bounded before memory is
 * reserved. Whatever is wrong ends in a {@link PackageFormatException} of one line.
 */
public final class BioimagePackage {
  private static final List<String> DESCRIPTIONS =
      List.of("rdf.yaml", "bioimageio.yaml", "model.yaml", "rdf.yml", "bioimageio.yml");

  private static final byte[] ZIP = {'P', 'K'};

  private final Path file;
  private final String name;
  private final String descriptionFile;
  private final String descriptionSha256;
  private final ModelDescription description;

  private BioimagePackage(
      Path file, String descriptionFile, String descriptionSha256, ModelDescription description) {
    this.file = file;
    this.name = file.toString();
    this.descriptionFile = descriptionFile;
    this.descriptionSha256 = descriptionSha256;
    this.description = description;
  }

  /**
   * Whether a file looks like a package: a folder with a description, a description itself, or a
   * zip archive.
   */
  public static boolean isPackage(Path file) {
    if (Files.isDirectory(file)) {
      return new FolderFiles(file, DESCRIPTIONS).description().isPresent();
    }
    return isDescription(file) || isZip(file);
  }

  private static boolean isDescription(Path file) {
    Path last = file.getFileName();
    return last != null && last.toString().matches(".*\\.ya?ml") && Files.isRegularFile(file);
  }

  private static boolean isZip(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(ZIP.length), ZIP);
    } catch (IOException e) {
      // What cannot be read is no package; whoever reads it as something else will tell.
      return false;
    }
  }

  /**
   * Reads the description of a package.
   *
   * @param file a folder, a description in a folder, or a zip archive
   * @throws PackageFormatException if it is no package of a model with ONNX weights, or one that
   *     asks for something that is not known here
   * @throws IOException if it cannot be read
   */
  public static BioimagePackage open(Path file) throws IOException {
    Place at = new Place(file.toString());
    try (PackageFiles files = files(at, file)) {
      Optional<String> found = files.description();
      if (found.isEmpty()) {
        throw at.error("no description", "rdf.yaml or bioimageio.yaml at the top of the package");
      }
      Place place = at.file(found.get());
      byte[] text = files.read(place, found.get(), YamlDocument.MAX_BYTES);
      ModelDescription description = DescriptionReader.read(YamlDocument.read(place, text));
      return new BioimagePackage(file, found.get(), sha256(text), description);
    }
  }

  private static PackageFiles files(Place at, Path file) throws IOException {
    if (Files.isDirectory(file)) {
      return new FolderFiles(file, DESCRIPTIONS);
    }
    if (isDescription(file)) {
      Path last = file.getFileName();
      return new FolderFiles(file.toAbsolutePath().getParent(), List.of(last.toString()));
    }
    return new ZipFiles(at, file, DESCRIPTIONS);
  }

  /** The package as it was opened, for messages. */
  public String name() {
    return name;
  }

  /** What it says of its model. */
  public ModelDescription description() {
    return description;
  }

  /** SHA-256 of the file that says it, in hexadecimal: with it changes what the model gives. */
  public String descriptionSha256() {
    return descriptionSha256;
  }

  /**
   * Reads the ONNX file and compares it with the SHA-256 of the description, if that gives one.
   *
   * @throws PackageFormatException if it is not there, too long, or another one
   */
  public byte[] weights() throws IOException {
    Weights weights = description.weights();
    return read("weights.onnx.source", weights.path(), weights.sha256(), Limits.DEFAULT.maxBytes());
  }

  /**
   * The ONNX file, which may keep data in further files beside it; none for an archive.
   *
   * @throws PackageFormatException if the weights are not there
   */
  public Optional<Path> weightsFile() throws IOException {
    Place at = place("weights.onnx.source");
    try (PackageFiles files = files(new Place(name), file)) {
      if (!(files instanceof FolderFiles folder)) {
        return Optional.empty();
      }
      String path = PackageFiles.resolve(at, descriptionFile, description.weights().path());
      return Optional.of(folder.file(at, path));
    }
  }

  /**
   * Reads the test tensor of an input or output; none if there is none.
   *
   * @throws PackageFormatException if it cannot be read, or is no array of numbers
   */
  public Optional<Tensor> test(TensorDescription tensor) throws IOException {
    if (tensor.test().isEmpty()) {
      return Optional.empty();
    }
    String what = "test tensor of " + tensor.id();
    byte[] bytes = read(what, tensor.test(), tensor.testSha256(), NpyFile.MAX_BYTES);
    return Optional.of(NpyFile.read(new Place(name).file(tensor.test()), bytes));
  }

  private Place place(String what) {
    return new Place(name).file(descriptionFile).file(what);
  }

  private byte[] read(String what, String source, String sha256, long limit) throws IOException {
    Place at = place(what);
    try (PackageFiles files = files(new Place(name), file)) {
      byte[] bytes = files.read(at, PackageFiles.resolve(at, descriptionFile, source), limit);
      String found = sha256(bytes);
      if (!sha256.isEmpty() && !sha256.equalsIgnoreCase(found)) {
        throw at.error("'" + source + "' with the SHA-256 " + found, sha256);
      }
      return bytes;
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
