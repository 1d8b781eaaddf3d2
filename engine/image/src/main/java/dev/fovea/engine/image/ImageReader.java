package dev.fovea.engine.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads image files.
 *
 * <p>The format is told by the first bytes of a file, not by its name. Samples keep their depth:
 *
 * <ul>
 *   <li><b>TIFF</b> (also BigTIFF and ImageJ stacks): unsigned integers up to 8 bits become {@link
 *       SampleType#UINT8}, up to 16 bits UINT16; signed, 32-bit and floating-point samples become
 *       FLOAT32 with their values kept. Strips and tiles, chunky and planar; uncompressed, LZW,
 *       Deflate, PackBits and fax compression. Calibration is taken from ImageJ's description or
 *       the resolution fields.
 *   <li><b>PNG</b>: 8 and 16 bits, grey and colour. No gamma or colour profile is applied.
 *   <li><b>JPEG</b>: grey and colour, 8 bits.
 *   <li><b>GIF</b>: the first frame. <b>BMP</b>. <b>PNM</b>: P1 to P6, 8 and 16 bits.
 * </ul>
 *
 * <p>Values are those that a viewer shows: palettes are resolved (to grey if all colours in use are
 * grey), inverted greys ("white is zero") are turned round, and samples of less than 8 bits are
 * scaled to 0..255. The orientation that TIFF and EXIF (JPEG) tags state is applied. A transparent
 * picture is laid over white; the result never has an alpha channel.
 *
 * <p>Files are taken as hostile: sizes in headers are checked against {@link Limits} and the length
 * of the file before memory is reserved, and a damaged or truncated file is an {@link
 * ImageFormatException}, never a half-read picture. All methods are thread-safe.
 */
public final class ImageReader {
  private static final Set<String> EXTENSIONS =
      Arrays.stream(ImageFormat.values())
          .flatMap(f -> f.extensions().stream())
          .collect(Collectors.toUnmodifiableSet());

  /** Image formats that are not read; listed so that a run over a folder can say so. */
  private static final Set<String> UNSUPPORTED_EXTENSIONS =
      Set.of("fits", "dcm", "webp", "jp2", "czi", "lif", "nd2", "vsi", "svs", "lsm");

  private ImageReader() {}

  /** The file name extensions that are read, lower case, without the dot. */
  public static Set<String> extensions() {
    return EXTENSIONS;
  }

  /**
   * Whether a run over a folder should take this file for an image: a regular file that has the
   * extension of an image format or begins like a supported one. This includes files that {@link
   * #read} will then refuse, such as a text named {@code .png} or a FITS file, because whoever put
   * them there wants to be told; and files that cannot be opened.
   */
  public static boolean looksLikeImage(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    String extension = extension(file);
    if (EXTENSIONS.contains(extension) || UNSUPPORTED_EXTENSIONS.contains(extension)) {
      return true;
    }
    try {
      return ImageFormat.of(head(file)).isPresent();
    } catch (IOException e) {
      // Cannot tell and the name says no: not an image.
      return false;
    }
  }

  /**
   * Reads the first page of a file within {@link Limits#DEFAULT}.
   *
   * @throws ImageFormatException if the file cannot be read or is not a complete image of a
   *     supported format; one line that says which file, what was found and what was expected
   */
  public static Image read(Path file) throws ImageFormatException {
    return read(file, Limits.DEFAULT);
  }

  /** Reads the first page of a file; as {@link #read(Path)} with other limits. */
  public static Image read(Path file, Limits limits) throws ImageFormatException {
    return decode(file, limits, 1).get(0);
  }

  /**
   * Reads all pages of a file: those of a multi-page TIFF or an ImageJ stack in their order,
   * without thumbnails and reduced copies; of other formats the one picture. Pages may differ in
   * size and type.
   *
   * @throws ImageFormatException as {@link #read(Path)}
   */
  public static List<Image> readPages(Path file) throws ImageFormatException {
    return readPages(file, Limits.DEFAULT);
  }

  /** Reads all pages of a file; as {@link #readPages(Path)} with other limits. */
  public static List<Image> readPages(Path file, Limits limits) throws ImageFormatException {
    return decode(file, limits, Integer.MAX_VALUE);
  }

  private static List<Image> decode(Path file, Limits limits, int pages)
      throws ImageFormatException {
    ImageFormat format = format(file);
    try {
      return switch (format) {
        case TIFF -> TiffDecoder.read(file, limits, pages);
        case PNG -> List.of(ImageIoDecoder.readPng(file, limits));
        case JPEG -> List.of(ImageIoDecoder.readJpeg(file, limits));
        case GIF -> List.of(GifDecoder.read(file, limits));
        case BMP -> List.of(BmpDecoder.read(file, limits));
        case PNM -> List.of(PnmDecoder.read(file, limits));
      };
    } catch (ImageFormatException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Decoders meet damaged data with any unchecked exception: index, size, state.
      throw new ImageFormatException(
          file,
          "a damaged, truncated or unsupported " + format + " (" + detail(e) + ")",
          "a complete image",
          e);
    }
  }

  private static String detail(Exception e) {
    String message = e.getMessage();
    return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
  }

  private static ImageFormat format(Path file) throws ImageFormatException {
    String expected = "an image file (" + supported() + ")";
    if (Files.isDirectory(file)) {
      throw new ImageFormatException(file, "a folder", expected);
    }
    if (!Files.exists(file)) {
      throw new ImageFormatException(file, "no such file", expected);
    }
    byte[] head;
    try {
      head = head(file);
    } catch (AccessDeniedException e) {
      throw new ImageFormatException(file, "no permission to read it", expected, e);
    } catch (IOException e) {
      throw new ImageFormatException(file, "an unreadable file (" + detail(e) + ")", expected, e);
    }
    if (head.length == 0) {
      throw new ImageFormatException(file, "an empty file (0 bytes)", expected);
    }
    return ImageFormat.of(head)
        .orElseThrow(() -> new ImageFormatException(file, ImageFormat.describe(head), expected));
  }

  private static String supported() {
    return Arrays.stream(ImageFormat.values()).map(Enum::name).collect(Collectors.joining(", "));
  }

  private static byte[] head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(ImageFormat.HEAD_LENGTH);
    }
  }

  private static String extension(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
