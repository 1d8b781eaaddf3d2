/**
 * Pictures made by descent: losses on the features of any layers of any network, and the methods
 * that change a picture until they are small. What dreams, inversions, textures and styles share.
 */
package dev.fovea.visualize.features;
