/** What a model says of itself, as plain data: task, classes, preprocessing, provenance. */
package dev.fovea.engine.model;
