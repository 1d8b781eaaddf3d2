/** Transformers that look at images. */
package dev.fovea.engine.zoo.transformer;
