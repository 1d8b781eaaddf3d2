package dev.fovea.engine.zoo;

import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.image.augment.Change;
import dev.fovea.engine.image.augment.ColorJitter;
import dev.fovea.engine.image.augment.HorizontalFlip;
import dev.fovea.engine.image.augment.PaddedCrop;
import dev.fovea.engine.image.augment.RandomResizedCrop;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Random changes that leave the class of a training picture as it is, put together for a kind of
 * pictures.
 */
public enum AugmentationPreset {
  /** Pictures as they are. */
  NONE("none"),
  /**
   * For signs, whose mirror images mean something else: up to 10 degrees turned, 10 % larger or
   * smaller, 7 % shifted. Not even a 6 becomes a 9.
   */
  DIGITS("digits"),
  /**
   * For small photographs: shifted by up to an eighth of the side, with black beyond the border,
   * and every second one mirrored left to right; 4 of 32 pixels, as usual for CIFAR-10. He et al.,
   * "Deep residual learning for image recognition", CVPR 2016, 4.2.
   */
  NATURAL("natural"),
  /**
   * For large photographs and long trainings: a random part of 8 to 100 % of the area stretched to
   * the whole, mirrored, with other light, contrast and saturation (factors of 0.6 to 1.4). Szegedy
   * et al., "Going deeper with convolutions", CVPR 2015, 6.
   */
  PHOTOS("photos"),
  /**
   * For pictures without an up and a down, as under a microscope: any of the eight orientations, up
   * to 10 % larger or smaller, 7 % shifted, with other light and contrast.
   */
  MICROSCOPY("microscopy");

  /** Sides in a padding: 4 pixels of 32. */
  private static final int SIDES_A_PADDING = 8;

  private static final double JITTER = 0.4;
  private static final double HALF = 0.5;

  private final String text;

  AugmentationPreset(String text) {
    this.text = text;
  }

  /** Name as users type it. */
  public String text() {
    return text;
  }

  /** All names. */
  public static List<String> names() {
    return Arrays.stream(values()).map(AugmentationPreset::text).toList();
  }

  /**
   * The preset of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static AugmentationPreset named(String text) {
    return Arrays.stream(values())
        .filter(preset -> preset.text.equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "augmentation: found '"
                        + text
                        + "', expected one of "
                        + String.join(", ", names())));
  }

  /**
   * What suits pictures nobody has said anything about: {@link #NATURAL} in colour, {@link #DIGITS}
   * in grey.
   *
   * @param channels of the pictures as they are stored, 1 or 3
   */
  public static AugmentationPreset forChannels(int channels) {
    return channels == 1 ? DIGITS : NATURAL;
  }

  /** The change as one {@link Augmentation} of the geometry alone, if it is that. */
  Optional<Augmentation> geometry() {
    return switch (this) {
      case NONE -> Optional.of(Augmentation.NONE);
      case DIGITS -> Optional.of(ClassifierRecipe.AUGMENTATION);
      default -> Optional.empty();
    };
  }

  /**
   * The change of one picture with values of 0 to 1.
   *
   * @param channels 1 or 3; colours are left alone where there are none
   * @param side the shorter one, in pixels
   */
  public Change change(int channels, int side) {
    return switch (this) {
      case NONE -> Change.none();
      case DIGITS -> Change.of(ClassifierRecipe.AUGMENTATION);
      case NATURAL ->
          Change.all(
              new PaddedCrop((int) Math.round((double) side / SIDES_A_PADDING)),
              new HorizontalFlip(HALF));
      case PHOTOS ->
          Change.all(
              RandomResizedCrop.DEFAULT,
              new HorizontalFlip(HALF),
              channels == 3 ? new ColorJitter(JITTER, JITTER, JITTER, 0) : Change.none());
      case MICROSCOPY -> Change.of(new Augmentation(true, 0, 0.9, 1.1, 0.07, 0.1, 0.2, 0.2, 0));
    };
  }
}
