import express, { type Request, type RequestHandler, type Response } from 'express';
import type { z } from 'zod';
import { passes } from './middleware.ts';
import { fieldErrors } from '../../process/field-errors.ts';
import { HttpProblem, invalid } from './problem.ts';

/** How a route reads its body, and what the OpenAPI document says about it. */
export interface BodyReader<Body> {
  read(request: Request, response: Response): Promise<Body>;
  readonly content: Readonly<Record<string, { readonly schema: z.ZodType }>> | undefined;
  readonly required: boolean;
}

export const noBody: BodyReader<undefined> = { read: async () => undefined, content: undefined, required: false };

const parseJson: RequestHandler = express.json({ limit: '1mb', strict: false });
const parseLargeJson: RequestHandler = express.json({ limit: '4mb', strict: false });

export interface JsonBodyOptions {
  readonly required: boolean;
  /** Takes 4 MB, so that the error names a field that is far too long instead of the whole body. */
  readonly large?: boolean;
  /** For the one body that is larger than that. */
  readonly maxMb?: number;
}

/** A JSON body of at most 1 MB, checked by `schema`. An absent body counts as `{}` unless it is required. */
export function jsonBody<Schema extends z.ZodType>(
  schema: Schema,
  options: JsonBodyOptions,
): BodyReader<z.output<Schema>> {
  return jsonBodyOf(schema, () => schema, options);
}

/** A body of several shapes: `shapeOf` chooses the one whose errors help, `schema` describes them all. */
export function jsonBodyOf<Schema extends z.ZodType>(
  schema: z.ZodType,
  shapeOf: (body: unknown) => Schema,
  options: JsonBodyOptions,
): BodyReader<z.output<Schema>> {
  const parseBody =
    options.maxMb === undefined ? undefined : express.json({ limit: `${options.maxMb}mb`, strict: false });
  return {
    content: { 'application/json': { schema } },
    required: options.required,
    async read(request, response) {
      if (hasBody(request) && !request.is('application/json')) {
        throw new HttpProblem(415, 'Send the body as JSON, with the header "Content-Type: application/json".');
      }
      await passes(parseBody ?? (options.large === true ? parseLargeJson : parseJson), request, response);
      const body: unknown = request.body;
      const given: unknown = body === undefined && !options.required ? {} : body;
      const parsed = shapeOf(given).safeParse(given);
      if (!parsed.success) throw invalid(fieldErrors(parsed.error, 'body'));
      return parsed.data;
    },
  };
}

/** `Content-Length: 0` counts as an absent body: many clients send it with every POST. */
export function hasBody(request: Request): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
}
