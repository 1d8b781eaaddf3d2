/** Writing files so that nothing half-written is ever seen. */
package dev.fovea.engine.io;
