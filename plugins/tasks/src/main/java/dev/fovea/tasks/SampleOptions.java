package dev.fovea.tasks;

import dev.fovea.engine.zoo.AugmentationPreset;
import dev.fovea.engine.zoo.SampleRecipe;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the training of a classifier makes of the images.
 *
 * @param augmentation how each is changed by chance; empty for what suits them
 * @param mixup alpha of mixup; 0 for none
 * @param cutmix alpha of cutmix; 0 for none
 * @param cutout whether a part of each is hidden
 */
public record SampleOptions(
    Optional<AugmentationPreset> augmentation, double mixup, double cutmix, boolean cutout) {
  private static final String AUGMENT = "augment";
  private static final String MIXUP = "mixup";
  private static final String CUTMIX = "cutmix";
  private static final String CUTOUT = "cutout";
  private static final double MOST_ALPHA = 100;

  static List<Parameter> declare() {
    return List.of(
        Parameter.choice(
                "Augment (changes)",
                AugmentationPreset.names(),
                "How images are changed by chance. auto: natural (shifted, mirrored) for colour,"
                    + " digits (turned, scaled, shifted) for grey. Also photos (parts, mirrored,"
                    + " light and colours), microscopy (all orientations, light), none.")
            .orAuto(),
        Parameter.number(
            "Mixup (alpha)", 0, MOST_ALPHA, 0, "Mixes pairs of images; 0.2 to 1, 0 for none."),
        Parameter.number(
            "Cutmix (alpha)",
            0,
            MOST_ALPHA,
            0,
            "Pastes a part of one image into another; 1 as a rule, 0 for none."),
        Parameter.flag("Cutout", "Hide a square of half the side in each image."));
  }

  static SampleOptions bind(Arguments a) {
    return new SampleOptions(
        a.isAuto(AUGMENT)
            ? Optional.empty()
            : Optional.of(AugmentationPreset.named(a.text(AUGMENT))),
        a.number(MIXUP),
        a.number(CUTMIX),
        a.flag(CUTOUT));
  }

  /**
   * The recipe for these images.
   *
   * @param channels of the images as they are stored
   */
  SampleRecipe recipe(int channels) {
    return with(augmentation.orElse(AugmentationPreset.forChannels(channels)));
  }

  /** The recipe where images are not changed unless that is asked for. */
  SampleRecipe plainRecipe() {
    return with(augmentation.orElse(AugmentationPreset.NONE));
  }

  private SampleRecipe with(AugmentationPreset chosen) {
    return new SampleRecipe(chosen, mixup, cutmix, cutout);
  }

  /** A recipe as attributes of a model card. */
  static Map<String, String> provenance(SampleRecipe recipe) {
    Map<String, String> given = new TreeMap<>();
    given.put("augmentation", recipe.augmentation().text());
    if (recipe.mixup() > 0) {
      given.put(MIXUP, Double.toString(recipe.mixup()));
    }
    if (recipe.cutmix() > 0) {
      given.put(CUTMIX, Double.toString(recipe.cutmix()));
    }
    if (recipe.cutout()) {
      given.put(CUTOUT, "true");
    }
    return given;
  }
}
