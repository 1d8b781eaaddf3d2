package dev.fovea.engine.bioimage;

/**
 * Where in a package something is; makes the errors about it.
 *
 * @param path for people, for example {@code unet.zip: rdf.yaml: inputs[0].axes}
 */
record Place(String path) {

  /** A file of this package. */
  Place file(String name) {
    return new Place(path + ": " + name);
  }

  /** An error by what is there and what should be, as phrases. */
  PackageFormatException error(String found, String expected) {
    return problem("found " + found + ", expected " + expected, null);
  }

  /** An error in the words of whoever noticed it. */
  PackageFormatException problem(String message, Throwable cause) {
    return new PackageFormatException(path + ": " + message, cause);
  }
}
