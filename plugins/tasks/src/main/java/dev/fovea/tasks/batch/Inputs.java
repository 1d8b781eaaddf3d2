package dev.fovea.tasks.batch;

import dev.fovea.engine.image.ImageReader;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/**
 * Finds the files that a user means: a file, a folder or a glob.
 *
 * <p>In folders all files count that {@link ImageReader#looksLikeImage look like images}, whether
 * they can be read or not; hidden files and folders do not, nor does what lies in the output
 * folder. A file that is named itself always counts. Links to folders are not followed, so no loop
 * is endless.
 */
public final class Inputs {
  private static final String WILDCARDS = "*?[{";

  private Inputs() {}

  /**
   * Finds files.
   *
   * @param input a file, a folder or a glob such as {@code images/**.tif}
   * @param glob files of a folder must match it; by name, or by path below the folder if it has a
   *     {@code /}; null for all
   * @param recursive whether sub-folders of a folder count
   * @param output the output folder
   * @return at least one file, ordered by name
   * @throws IllegalArgumentException if there is no such input, no file fits, or outputs would fall
   *     among the inputs; one line
   * @throws IOException if the folder cannot be listed
   */
  public static List<InputFile> find(String input, String glob, boolean recursive, Path output)
      throws IOException {
    PathMatcher filter = glob == null ? path -> true : filter(glob);
    Path path = literal(input);
    if (path != null && Files.isRegularFile(path)) {
      return named(path.toAbsolutePath().getParent(), List.of(path));
    }
    List<Path> found;
    Path root;
    if (path != null && Files.isDirectory(path)) {
      root = path;
      refuseSameFolder(root, output);
      found = walk(root, recursive ? Integer.MAX_VALUE : 1, filter, output);
    } else if (hasWildcard(input)) {
      root = literalPrefix(input);
      if (!Files.isDirectory(root)) {
        throw new IllegalArgumentException(
            "input: found no folder " + root + ", expected one for the glob " + input);
      }
      refuseSameFolder(root, output);
      // Slashes also where the separator is another one: that is how globs are written.
      String rest = withSlashes(input).substring(prefixLength(withSlashes(input)));
      PathMatcher pattern = matcher(rest);
      int depth = rest.contains("**") ? Integer.MAX_VALUE : rest.split("/").length;
      found = walk(root, depth, below -> pattern.matches(below) && filter.matches(below), output);
    } else {
      throw new IllegalArgumentException(
          "input: found no " + input + ", expected a file, a folder or a glob");
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "input: found no image in "
              + input
              + (glob == null ? "" : " that matches " + glob)
              + (recursive || Files.isRegularFile(root) ? "" : " (sub-folders need --recursive)"));
    }
    return named(root, found);
  }

  private static Path literal(String input) {
    try {
      return Path.of(input);
    } catch (InvalidPathException e) {
      // A glob need not be a path: Windows allows no * in one.
      return null;
    }
  }

  private static boolean hasWildcard(String input) {
    return input.chars().anyMatch(c -> WILDCARDS.indexOf(c) >= 0);
  }

  private static String withSlashes(String input) {
    return input.replace(FileSystems.getDefault().getSeparator(), "/");
  }

  /** Length of the folders before the first that has a wildcard, with the slash after them. */
  private static int prefixLength(String input) {
    int wildcard = 0;
    while (WILDCARDS.indexOf(input.charAt(wildcard)) < 0) {
      wildcard++;
    }
    return input.lastIndexOf('/', wildcard) + 1;
  }

  private static Path literalPrefix(String input) {
    String prefix = withSlashes(input).substring(0, prefixLength(withSlashes(input)));
    return Path.of(prefix.isEmpty() ? "." : prefix);
  }

  private static PathMatcher filter(String glob) {
    PathMatcher matcher = matcher(withSlashes(glob));
    return glob.contains("/") ? matcher : below -> matcher.matches(below.getFileName());
  }

  private static PathMatcher matcher(String glob) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "glob: found '" + glob + "', expected a pattern (" + e.getDescription() + ")", e);
    }
  }

  private static void refuseSameFolder(Path input, Path output) throws IOException {
    if (Files.isDirectory(output) && Files.isSameFile(input, output)) {
      throw new IllegalArgumentException(
          "output: found the input folder " + input + ", expected another folder");
    }
  }

  /** The images below a folder, without those in the output folder. */
  private static List<Path> walk(Path root, int depth, PathMatcher filter, Path output)
      throws IOException {
    List<Path> found = new ArrayList<>();
    Path forbidden = output.toAbsolutePath().normalize();
    Files.walkFileTree(
        root,
        Set.of(),
        depth,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            boolean left =
                !folder.equals(root)
                    && (folder.toAbsolutePath().normalize().equals(forbidden) || hidden(folder));
            return left ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!hidden(file)
                && filter.matches(root.relativize(file))
                && ImageReader.looksLikeImage(file)) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (file.equals(root)) {
              throw e;
            }
            // Taken as an input, so that it is reported as one that cannot be read.
            found.add(file);
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  private static boolean hidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  /** Gives every file a name and a base for its outputs that no other file has. */
  private static List<InputFile> named(Path root, List<Path> files) {
    Path absoluteRoot = root.toAbsolutePath();
    Map<Path, String> names = new HashMap<>();
    for (Path file : files) {
      names.put(file, withSlashes(absoluteRoot.relativize(file.toAbsolutePath()).toString()));
    }
    List<Path> sorted = new ArrayList<>(files);
    sorted.sort(Comparator.comparing(names::get));
    Set<Path> keepExtension = new HashSet<>();
    // A full name may collide with the stem of another file (a.png with a.png.tif), so again until
    // nothing changes; full names are unique, so this ends.
    boolean changed;
    do {
      changed = keepExtension.addAll(colliding(sorted, names, keepExtension));
    } while (changed);
    return sorted.stream()
        .map(file -> new InputFile(file, names.get(file), base(file, names, keepExtension)))
        .toList();
  }

  private static Set<Path> colliding(
      List<Path> files, Map<Path, String> names, Set<Path> keepExtension) {
    Map<String, List<Path>> byBase = new HashMap<>();
    for (Path file : files) {
      // Upper and lower case are the same on many file systems.
      String key = base(file, names, keepExtension).toLowerCase(Locale.ROOT);
      byBase.computeIfAbsent(key, k -> new ArrayList<>()).add(file);
    }
    Set<Path> colliding = new HashSet<>();
    byBase.values().stream().filter(same -> same.size() > 1).forEach(colliding::addAll);
    return colliding;
  }

  private static String base(Path file, Map<Path, String> names, Set<Path> keepExtension) {
    String name = names.get(file);
    int dot = name.lastIndexOf('.');
    boolean hasStem = dot > name.lastIndexOf('/') + 1;
    return keepExtension.contains(file) || !hasStem ? name : name.substring(0, dot);
  }
}
