/**
 * Small random changes of training pictures, each a record, put together as a recipe needs them.
 */
package dev.fovea.engine.image.augment;
