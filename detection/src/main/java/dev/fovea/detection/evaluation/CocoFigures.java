package dev.fovea.detection.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The twelve figures of COCO, each from 0 to 1, or -1 where there is no true object. AP is a mean
 * over the classes and, if no threshold is named, over the IoU thresholds 0.50, 0.55, ..., 0.95; AR
 * is the mean of the largest recall over the same. Small is an area up to 32 x 32 pixels, medium up
 * to 96 x 96, large from there.
 *
 * @param ap average precision
 * @param ap50 at an IoU of 0.50
 * @param ap75 at an IoU of 0.75
 * @param apSmall of small objects
 * @param apMedium of medium objects
 * @param apLarge of large objects
 * @param ar1 average recall with at most 1 find of a class in a picture
 * @param ar10 with at most 10
 * @param ar100 with at most 100
 * @param arSmall of small objects
 * @param arMedium of medium objects
 * @param arLarge of large objects
 */
public record CocoFigures(
    double ap,
    double ap50,
    double ap75,
    double apSmall,
    double apMedium,
    double apLarge,
    double ar1,
    double ar10,
    double ar100,
    double arSmall,
    double arMedium,
    double arLarge) {

  /** The figures by the names that tables give them, in their order. */
  public Map<String, Double> byName() {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("AP", ap);
    figures.put("AP50", ap50);
    figures.put("AP75", ap75);
    figures.put("APs", apSmall);
    figures.put("APm", apMedium);
    figures.put("APl", apLarge);
    figures.put("AR1", ar1);
    figures.put("AR10", ar10);
    figures.put("AR100", ar100);
    figures.put("ARs", arSmall);
    figures.put("ARm", arMedium);
    figures.put("ARl", arLarge);
    return figures;
  }
}
