import { STATUS_CODES } from 'node:http';
import type { Response } from 'express';
import { z } from 'zod';
import type { Problem } from '../../contract/datasets.ts';

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

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

/** The fields of a zod error, in the caller's own names; unknown ones are named one by one. */
export function fieldErrors(error: z.ZodError, whole: string): FieldError[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys') return [{ field: path.join('.') || whole, message: issue.message }];
    return issue.keys.map((key) => ({ field: [...path, key].join('.').slice(0, 200), message: 'is not known here' }));
  });
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
