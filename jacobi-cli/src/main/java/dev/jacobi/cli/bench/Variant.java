package dev.jacobi.cli.bench;

import dev.jacobi.Options;

/** One of the ways to make derivatives that are compared. */
record Variant(String label, Options options) {}
