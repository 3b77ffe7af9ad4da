import type { ErrorRequestHandler } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import { errorCode, isDiskFull, isStorageAway, SQLSTATE } from '../../database/errors.ts';
import { CannotWrite } from '../../database/writes/write-guard.ts';
import { HttpProblem, invalid, sendProblem } from './problem.ts';
import { logQuietly } from './request-log.ts';

/** What body-parser and Express throw for a bad request. */
const requestError = z.object({ type: z.string().optional(), status: z.int().min(400).max(499) });

const BODY_ERRORS: Readonly<Record<string, HttpProblem>> = {
  'entity.too.large': new HttpProblem(413, 'The body is too large.'),
  'entity.parse.failed': invalid([{ field: 'body', message: 'must be valid JSON' }], 'The body is not valid JSON.'),
  'encoding.unsupported': new HttpProblem(415, 'The content encoding is not supported: send it plain or with gzip.'),
  'charset.unsupported': new HttpProblem(415, 'The charset is not supported: send UTF-8.'),
};

export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof CannotWrite)
    return new HttpProblem(503, `${error.message.replace(/^c/, 'C')}. Nothing was stored.`, {
      headers: { 'Retry-After': '60' },
    });
  if (isDiskFull(error))
    return new HttpProblem(
      503,
      'Cannot write: disk full. Nothing was stored; make room on the disk of the database, and try again.',
      {
        headers: { 'Retry-After': '60' },
      },
    );
  if (errorCode(error) === SQLSTATE.readOnlyTransaction)
    return new HttpProblem(503, 'Cannot write: the database is read-only. Nothing was stored.', {
      headers: { 'Retry-After': '60' },
    });
  if (isStorageAway(error))
    return new HttpProblem(503, 'The database does not answer or is not ready. Try again shortly.', {
      headers: { 'Retry-After': '5' },
    });
  const bad = requestError.safeParse(error);
  if (!bad.success) return new HttpProblem(500);
  return BODY_ERRORS[bad.data.type ?? ''] ?? new HttpProblem(bad.data.status, 'The request cannot be read.');
}

/**
 * The last handler: every error becomes a problem document without a stack; a bug is logged with its stack, an
 * unreachable database in one line.
 */
export function problemAnswers(log: Logger): ErrorRequestHandler {
  return (error, _request, response, next) => {
    // Nobody is left to answer: a client that went away is not a fault.
    if (response.destroyed || response.socket?.destroyed === true) {
      log.debug({ reason: error instanceof Error ? error.message : undefined }, 'the client closed its request');
      return;
    }
    const problem = toProblem(error);
    // One line when it begins (`watchWrites`), not one for each request.
    if (error instanceof CannotWrite) logQuietly(response);
    // A problem thrown on purpose (not ready, a failed sync) is an answer, not an error to log.
    else if (problem.status >= 500 && problem !== error) {
      if (isStorageAway(error))
        log.warn(
          { status: problem.status, reason: error instanceof Error ? error.message : undefined },
          isDiskFull(error)
            ? 'a request failed: cannot write, disk full'
            : 'a request failed: the database does not answer',
        );
      else log.error({ err: error, status: problem.status }, 'a request failed');
    }
    if (response.headersSent) next(error);
    else sendProblem(response, problem);
  };
}
