/** Captions of images, word by word. */
package dev.fovea.engine.zoo.caption;
