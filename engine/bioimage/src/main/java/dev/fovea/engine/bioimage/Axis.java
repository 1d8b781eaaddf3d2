package dev.fovea.engine.bioimage;

import java.util.List;

/**
 * An axis of a tensor.
 *
 * @param id {@code batch}, {@code channel}, {@code index}, {@code time}; in space {@code x}, {@code
 *     y}, {@code z}
 * @param kind what runs along it
 * @param size the extents it may have
 * @param halo of an output: pixels at either end that are not to be used
 * @param channelNames of a channel axis, if they are given
 */
public record Axis(String id, Kind kind, AxisSize size, int halo, List<String> channelNames) {

  /** What runs along an axis. */
  public enum Kind {
    /** Samples. */
    BATCH,
    /** Channels of a sample. */
    CHANNEL,
    /** Pixels. */
    SPACE,
    /** Frames. */
    TIME,
    /** Anything else that is counted, as detections. */
    INDEX
  }

  /** Copies the list. */
  public Axis {
    channelNames = List.copyOf(channelNames);
  }

  @Override
  public String toString() {
    return id + " (" + size + (halo == 0 ? "" : ", halo " + halo) + ")";
  }
}
