/**
 * How Node is to keep an exporter small; the Dockerfile says the same. V8 gives young objects up to 128 MiB on a large
 * machine, and lets old garbage grow to four times what is in use: most of an exporter's memory. With small young
 * spaces, and old objects collected whenever they grew by a fifth, half as much stays. `--optimize-for-size` would do
 * the second too, but gives young objects a mere 1 MiB: collecting them took half of the processor time of a large
 * synchronisation.
 */
export const HEAP = ['--max-semi-space-size=4', '--heap-growing-percent=20'];
/** Each of V8's and Node's threads would take an arena of glibc's of its own: some 20 MiB that nobody uses. */
export const ARENAS = { MALLOC_ARENA_MAX: '2' };
