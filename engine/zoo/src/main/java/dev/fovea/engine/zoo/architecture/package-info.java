/**
 * Classifier architectures, one short file each, written with blocks. Those of one family share a
 * file; the blocks that several families share are in {@link
 * dev.fovea.engine.zoo.architecture.Blocks}.
 */
package dev.fovea.engine.zoo.architecture;
