/** What training data are like on average, and the linear maps that follow from it. */
package dev.fovea.engine.image.statistics;
