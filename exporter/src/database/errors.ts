import pg from 'pg';

/** The SQLSTATEs that the exporter tells apart: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const SQLSTATE = {
  connectionException: '08000',
  featureNotSupported: '0A000',
  readOnlyTransaction: '25006',
  invalidStatementName: '26000',
  invalidPassword: '28P01',
  serializationFailure: '40001',
  deadlockDetected: '40P01',
  insufficientPrivilege: '42501',
  undefinedTable: '42P01',
  undefinedColumn: '42703',
  duplicatePreparedStatement: '42P05',
  diskFull: '53100',
  lockNotAvailable: '55P03',
  /** Still starting, or replaying its log after a crash. */
  cannotConnectNow: '57P03',
} as const;

/**
 * Connection lost or refused (08), out of resources (53), starting or shutting down (57P0x), read-only while failing
 * over.
 */
const UNREACHABLE = ['08', '53', '57P0', SQLSTATE.readOnlyTransaction];
/** Also a statement cancelled by an operator or a limit (57), and a fault of the system below Postgres (58). */
const INTERRUPTED = [...UNREACHABLE, '57', '58'];
/** Also a transaction that lost against another one (40), and an object in use or locked (55). */
const TRANSIENT = [...INTERRUPTED, '40', '55'];
/** Also a schema that is not migrated yet. */
const NOT_READY = [...INTERRUPTED, SQLSTATE.undefinedTable, SQLSTATE.undefinedColumn];

/** Socket and DNS errors on the way to the database. ENOENT: its Unix socket does not exist. */
const CONNECTION_ERRORS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);
/** What pg and pg-pool throw without a code. */
const CONNECTION_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after calling end|Query read timeout/;

/** The database cannot be asked: it is not connected yet, or it did not answer. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable';
  /** So that callers treat it like any other lost connection. */
  readonly code = SQLSTATE.connectionException;
}

/** The SQLSTATE or system error code of `error`, if it has one. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** True when the database could not be reached or does not accept connections: a process that starts waits for it. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isUnreachable);
  const code = errorCode(error) ?? '';
  if (error instanceof pg.DatabaseError) return startsWithAny(code, UNREACHABLE);
  return /^E[A-Z_]+$/.test(code) || /Connection terminated|timeout|connection error/i.test(error.message);
}

/**
 * True when the database cannot answer a request at the moment, which is not the caller's fault and worth another
 * try.
 */
export function isStorageAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = errorCode(error) ?? '';
  return (
    CONNECTION_ERRORS.has(code) ||
    (code.length === 5 && startsWithAny(code, NOT_READY)) ||
    CONNECTION_MESSAGES.test(error.message)
  );
}

/**
 * True when the same statements may succeed later without anybody's help. An error without a SQLSTATE is a lost
 * connection.
 */
export function isTransient(error: Error): boolean {
  const code = sqlState(error);
  return code === undefined || startsWithAny(code, TRANSIENT);
}

/** The SQLSTATE that the server answered with; undefined when the error is not the server's. */
export function sqlState(error: Error): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** True when the server had no room for what was to be written; reading goes on. */
export function isDiskFull(error: unknown): boolean {
  return errorCode(error) === SQLSTATE.diskFull;
}

/** True when a transaction lost against another one and can be run again at once. */
export function isConflict(error: unknown): boolean {
  const code = errorCode(error);
  return code === SQLSTATE.serializationFailure || code === SQLSTATE.deadlockDetected;
}

/**
 * A prepared statement that is missing or exists already: a pooler changed the server process below us.
 * Or one whose tables a newer build has changed.
 */
export function isPreparedLost(error: unknown): boolean {
  const code = errorCode(error);
  return (
    code === SQLSTATE.invalidStatementName ||
    code === SQLSTATE.duplicatePreparedStatement ||
    (code === SQLSTATE.featureNotSupported && error instanceof Error && error.message.includes('cached plan'))
  );
}

function startsWithAny(code: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => code.startsWith(prefix));
}
