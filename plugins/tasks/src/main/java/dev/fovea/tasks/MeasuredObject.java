package dev.fovea.tasks;

import dev.fovea.segmentation.LabelMap;

/**
 * The measurements of one object.
 *
 * @param className what it is; empty for objects that the model does not tell apart
 * @param region its label, area, bounding box and centroid, in pixels
 * @param calibratedArea its area in the image's unit, squared; in pixels if the image is not
 *     calibrated
 * @param meanIntensity mean of the image's grey values over the object, in raw units
 * @param score mean probability over the object, of the foreground or of its class, 0 to 1
 */
public record MeasuredObject(
    String className,
    LabelMap.Region region,
    double calibratedArea,
    double meanIntensity,
    double score) {}
