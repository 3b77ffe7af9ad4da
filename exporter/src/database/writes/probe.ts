import type { Pool } from 'pg';
import { inTransaction } from '../pool.ts';
import { errorCode, isDiskFull, SQLSTATE } from '../errors.ts';
import type { DiskSpace } from './free-space.ts';
import type { WriteRefusal } from './write-guard.ts';

/**
 * Room that is not used up: a server that finds none for its next log segment (16 MiB) ends itself, and cannot start
 * again. Stopping short of that leaves every figure readable.
 */
export const RESERVED_BYTES = 20 * 2 ** 20;
/** After a refusal there must be more than the reserve, so that it does not begin and end with every small file. */
const REGAINED_BYTES = RESERVED_BYTES * 1.5;
const MIB = 2 ** 20;

const READ_ONLY = `SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS "readOnly"`;

/**
 * More rows than fit into the memory that a sort may use here, so that the server has to write a temporary file of a
 * megabyte. It changes no data and takes no transaction id, which would outdate everything that is cached.
 */
const SPILL = `SELECT count(*) FROM (SELECT repeat('x', 90) || i FROM generate_series(1, 10000) i ORDER BY 1 OFFSET 0) s`;

export interface WriteProbe {
  readonly pool: Pool;
  /** Of the embedded database; undefined for a server whose disk is not ours to see. */
  readonly space: DiskSpace | undefined;
  readonly refusal: WriteRefusal | undefined;
  /** Also lets the server write a file, which costs it a few milliseconds. */
  readonly thorough: boolean;
}

/** Looks whether the database would store something now, without storing anything. Rejects when it does not answer. */
export async function probeWrites({ pool, space, refusal, thorough }: WriteProbe): Promise<WriteRefusal | undefined> {
  const needed = refusal?.cause === 'disk_full' ? REGAINED_BYTES : RESERVED_BYTES;
  if (space !== undefined && space.freeBytes < needed) return diskFull(space);
  const { rows } = await pool.query<{ readOnly: boolean }>(READ_ONLY);
  if (rows[0]?.readOnly !== false)
    return {
      cause: 'read_only',
      message: 'cannot write: the database is read-only. After a failover, point DATABASE_URL to the new primary',
    };
  return thorough ? spillRefusal(pool, space) : undefined;
}

async function spillRefusal(pool: Pool, space: DiskSpace | undefined): Promise<WriteRefusal | undefined> {
  try {
    await inTransaction(pool, 'BEGIN', async (client) => {
      await client.query("SET LOCAL work_mem = '64kB'");
      await client.query(SPILL);
    });
    return undefined;
  } catch (error) {
    if (isDiskFull(error)) return diskFull(space);
    // The statement needs no privilege: what is refused is the file.
    if (errorCode(error) === SQLSTATE.insufficientPrivilege)
      return { cause: 'read_only', message: 'cannot write: the file system of the database is read-only' };
    throw error;
  }
}

function diskFull(space: DiskSpace | undefined): WriteRefusal {
  const left =
    space === undefined
      ? 'the disk of the database server has no room'
      : `${Math.floor(space.freeBytes / MIB)} MiB are left for DATA_DIR, and the last ${RESERVED_BYTES / MIB} are ` +
        'reserved so that the database can go on reading';
  return { cause: 'disk_full', message: `cannot write: disk full. ${left}. Make room; no restart is needed` };
}
