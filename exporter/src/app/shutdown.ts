import type { Server } from 'node:http';
import type { OpenDatabase } from '../database/open.ts';
import { waitAtMost } from '../process/deadline.ts';
import type { Runner } from '../runner/runner.ts';
import type { Schedule } from '../runner/schedule.ts';

/** What runs when the exporter is asked to stop; what has not started yet is undefined. */
export interface Running {
  readonly server: Server;
  readonly opening: Promise<void>;
  readonly runner: () => Runner | undefined;
  readonly schedule: () => Schedule | undefined;
  /** Ends when its signal aborts. */
  readonly inbox: () => Promise<void> | undefined;
  readonly database: () => OpenDatabase | undefined;
}

const RUNNER_TIMEOUT_MS = 5_000;
const INBOX_TIMEOUT_MS = 2_000;
const REQUESTS_TIMEOUT_MS = 500;
const DATABASE_TIMEOUT_MS = 8_000;

/**
 * Stops accepting, gives up what runs and closes the database, in this order, so that the log rows are still written.
 * Never rejects.
 */
export async function shutDown({ server, opening, runner, schedule, inbox, database }: Running): Promise<void> {
  schedule()?.stop();
  const closed = closeServer(server);
  await waitForEnd(runner()?.stop(), RUNNER_TIMEOUT_MS);
  // It gives its lease back while the database is open.
  await waitForEnd(inbox(), INBOX_TIMEOUT_MS);
  server.closeIdleConnections();
  await waitAtMost(closed, REQUESTS_TIMEOUT_MS);
  server.closeAllConnections();
  await opening.catch(() => undefined);
  await waitForEnd(database()?.close(), DATABASE_TIMEOUT_MS);
}

async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.close(() => resolve(undefined));
  await promise;
}

async function waitForEnd(work: Promise<void> | undefined, ms: number): Promise<void> {
  if (work !== undefined)
    await waitAtMost(
      work.catch(() => undefined),
      ms,
    );
}
