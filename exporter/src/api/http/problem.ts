import { STATUS_CODES } from 'node:http';
import type { Response } from 'express';
import { z } from 'zod';
import type { FieldError } from '../../process/field-errors.ts';
import type { Problem } from '../../contract/datasets.ts';

export interface ProblemOptions {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the document, such as the id of the running synchronisation. */
  readonly members?: Readonly<Record<string, string>>;
}

/** Thrown to answer with an RFC 9457 problem document. The detail is for a person and never holds a secret. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly detail: string | undefined;
  readonly options: ProblemOptions;

  constructor(status: number, detail?: string, options: ProblemOptions = {}) {
    super(detail ?? STATUS_CODES[status] ?? 'Error');
    this.status = status;
    this.detail = detail;
    this.options = options;
  }
}

/** A 400 that names each bad field. */
export function invalid(errors: readonly FieldError[], detail = 'The request has invalid fields.'): HttpProblem {
  return new HttpProblem(400, detail, { errors });
}

export function sendProblem(response: Response, problem: HttpProblem): void {
  const { status, detail, options } = problem;
  response.status(status).set(options.headers ?? {});
  // A problem describes one moment: it must not be cached.
  response.set('Cache-Control', 'no-store').type('application/problem+json');
  response.send(
    JSON.stringify({
      type: 'about:blank',
      title: STATUS_CODES[status] ?? 'Error',
      status,
      ...(detail === undefined ? {} : { detail }),
      ...(options.errors === undefined ? {} : { errors: options.errors }),
      ...options.members,
    }),
  );
}

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  runId: z.string().optional(),
  adjustmentId: z.string().optional(),
}) satisfies z.ZodType<Problem>;
