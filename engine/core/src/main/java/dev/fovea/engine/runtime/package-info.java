/** Where a network runs forward: on Fovea's own engine, or on another runtime that is there. */
package dev.fovea.engine.runtime;
