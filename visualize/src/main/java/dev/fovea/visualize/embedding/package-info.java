/** Vectors of many dimensions as points of a plane: principal components and t-SNE. */
package dev.fovea.visualize.embedding;
