/**
 * Explanations of what a network saw, and their rendering: saliency, colour maps, label colours,
 * overlays. Draws into plain pixel arrays, so no window system and no font is needed.
 */
package dev.fovea.visualize;
