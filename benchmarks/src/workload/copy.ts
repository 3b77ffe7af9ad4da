import { once } from 'node:events';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

export interface Copy {
  write(chunk: string): Promise<void>;
  /** Resolves when every row is stored. */
  end(): Promise<void>;
}

/**
 * COPY … FROM STDIN in text format, on a connection of its own, in one transaction. `emptied`: a table that is
 * truncated in the same transaction, so that a server with `wal_level = minimal` writes the rows once and not to its
 * log too.
 */
export async function startCopy(url: string, target: string, emptied?: string): Promise<Copy> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  if (emptied !== undefined) await client.query(`BEGIN; TRUNCATE ${emptied}`);
  const stream = client.query(copyFrom(`COPY ${target} FROM STDIN`));
  const finished = once(stream, 'finish');
  // Awaited in `end`; a failure before that must not end the process.
  finished.catch(() => undefined);
  return {
    async write(chunk) {
      if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), finished]);
    },
    async end() {
      stream.end();
      try {
        await finished;
        if (emptied !== undefined) await client.query('COMMIT');
      } finally {
        await client.end();
      }
    },
  };
}
