/** How good a detector is: average precision as COCO and Pascal VOC define it, and confusions. */
package dev.fovea.detection.evaluation;
