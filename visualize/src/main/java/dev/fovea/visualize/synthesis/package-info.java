/**
 * Pictures that a network makes up: dreams, pictures of a class, inversions of features, textures.
 */
package dev.fovea.visualize.synthesis;
