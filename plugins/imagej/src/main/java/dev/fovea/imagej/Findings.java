package dev.fovea.imagej;

import ij.ImagePlus;
import java.util.Map;

/**
 * What a task found in an image.
 *
 * @param <R> the result of one slice, in pixels of the region's bounds
 * @param image that was worked on
 * @param region part of it
 * @param bySlice results by slice number, 1-based, ascending: all slices or one
 * @param options all options, by key
 * @param record how the result came about, a line for each fact
 */
record Findings<R>(
    ImagePlus image,
    Region region,
    Map<Integer, R> bySlice,
    Map<String, String> options,
    String record) {

  /** The title without extension, for names of results. */
  String name() {
    return name(image);
  }

  /** As {@link #name()}. Unlike ImageJ's short title it does not end at the first blank. */
  static String name(ImagePlus image) {
    return image.getTitle().replaceFirst("(?<=.)\\.\\w{1,5}$", "");
  }
}
