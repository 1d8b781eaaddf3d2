/**
 * Data sets on disk: labelled images in the layouts that people have them in. {@link
 * dev.fovea.engine.image.data.Datasets} recognises the layout of a folder.
 */
package dev.fovea.engine.image.data;
