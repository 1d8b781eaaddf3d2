/** Kernels with the JDK's incubating Vector module; nothing else mentions that module. */
package dev.fovea.engine.kernel.simd;
