/** Choosing hyper-parameters by measuring, and models that answer together. */
package dev.fovea.engine.zoo.search;
