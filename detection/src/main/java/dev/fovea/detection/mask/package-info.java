/** Masks of objects: runs of pixels and polygons, as COCO writes them. */
package dev.fovea.detection.mask;
