package dev.fovea.tasks;

import dev.fovea.segmentation.LabelMap;

/**
 * The measurements of one object.
 *
 * @param region its label, area, bounding box and centroid, in pixels
 * @param calibratedArea its area in the image's unit, squared; in pixels if the image is not
 *     calibrated
 * @param meanIntensity mean of the image's grey values over the object, in raw units
 * @param score mean foreground probability over the object, 0 to 1
 */
public record MeasuredObject(
    LabelMap.Region region, double calibratedArea, double meanIntensity, double score) {}
