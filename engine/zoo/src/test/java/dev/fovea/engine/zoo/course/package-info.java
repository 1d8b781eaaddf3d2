/** The engine and its architectures against the numbers that the course CS231n checks by. */
package dev.fovea.engine.zoo.course;
