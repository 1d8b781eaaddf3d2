/**
 * Pictures made by the project itself, for demonstrations and tests: micrographs of nuclei with
 * exact labels, and hand-drawn digits. Everything follows from a seed, with arithmetic that is the
 * same on every machine.
 */
package dev.fovea.samples;
