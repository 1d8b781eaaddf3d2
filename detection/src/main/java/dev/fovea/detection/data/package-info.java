/**
 * Data sets of boxes and masks: Pascal VOC, COCO and YOLO files, read into one form and written
 * from it, and a check of what is in them.
 */
package dev.fovea.detection.data;
