package dev.fovea.tasks;

/** The version of Fovea. */
public final class Version {
  private Version() {}

  /** The version in the jar's manifest; {@code development} for classes that are in no jar. */
  public static String string() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
