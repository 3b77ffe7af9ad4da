import type { Logger } from 'pino';

/**
 * The exporter outlives its libraries: an SDK that rejects into the void or throws from a timer (both were seen) is
 * logged, and the process lives on. Everything stored goes through transactions and leases, so there is no state that
 * such an error could spoil; what must end the process (no port, bad settings) ends it where it happens.
 */
export function installProcessPolicy(log: Logger): void {
  process.on('unhandledRejection', (reason) => log.error({ err: asError(reason) }, 'unhandled rejection'));
  process.on('uncaughtException', (error) => log.error({ err: asError(error) }, 'uncaught exception'));
  // A reader that went away (a closed pipe) does not stop the process.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`not an error: ${String(thrown)}`);
}
