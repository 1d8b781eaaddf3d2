/** Classifier architectures, one short file each, and the classifier an application embeds. */
package dev.fovea.engine.zoo;
