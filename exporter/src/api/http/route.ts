import type { Readable } from 'node:stream';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Role } from '../../contract/datasets.ts';
import type { BodyReader } from './body.ts';
import type { EncodedAnswer } from './encoded.ts';
import { fieldErrors } from '../../process/field-errors.ts';
import { invalid } from './problem.ts';

/** The caller, as the verified token states. */
export interface Caller {
  readonly subject: string;
  readonly role: Role;
  /** The claim `jti` of a token that this installation signed. */
  readonly tokenId?: string;
}

export interface JsonReply {
  readonly status: number;
  readonly json: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Anything that is not JSON: an export, for instance. */
export interface ContentReply {
  readonly status: number;
  readonly contentType: string;
  readonly content: string | Buffer | Readable;
  readonly headers?: Readonly<Record<string, string>>;
}

/** JSON that was already serialised, perhaps for another request. */
export interface EncodedReply {
  readonly status: 200;
  readonly encoded: EncodedAnswer;
  readonly headers?: undefined;
}

export type Reply = JsonReply | ContentReply | EncodedReply;

/** One answer in the OpenAPI document. Problem answers that every route may give are added automatically. */
export interface AnswerDoc {
  readonly description: string;
  /** Default `application/json`; a problem answer has none. */
  readonly schema?: z.ZodType;
  readonly contentType?: string;
}

export interface RouteDoc {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** Below /api/v1, as OpenAPI writes it: `/metrics/sync-runs/{id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly roles: readonly Role[];
  /** Default: whether it writes. A read is noted in the audit log where it takes documents or lists away. */
  readonly audited?: true;
  readonly answers: Readonly<Record<number, AnswerDoc>>;
}

export interface RouteInput<Query, Params, Body> {
  readonly query: Query;
  readonly params: Params;
  readonly body: Body;
  readonly caller: Caller;
  readonly request: Request;
}

export interface RouteDefinition<Query extends z.ZodObject, Params extends z.ZodObject, Body> extends RouteDoc {
  readonly query: Query;
  readonly params: Params;
  readonly body: BodyReader<Body>;
  handle(input: RouteInput<z.output<Query>, z.output<Params>, Body>): Promise<Reply>;
}

/** A route whose inputs are checked before its handler sees them. */
export interface Route {
  readonly doc: RouteDoc;
  readonly query: z.ZodObject;
  readonly params: z.ZodObject;
  readonly body: BodyReader<unknown>;
  answer(request: Request, response: Response, caller: Caller): Promise<Reply>;
}

export function route<Query extends z.ZodObject, Params extends z.ZodObject, Body>(
  definition: RouteDefinition<Query, Params, Body>,
): Route {
  const { query, params, body, handle: _, ...doc } = definition;
  return {
    doc,
    query,
    params,
    body,
    async answer(request, response, caller) {
      const input = {
        query: checked(query, request.query, 'query'),
        params: checked(params, request.params, 'path'),
        body: await body.read(request, response),
        caller,
        request,
      };
      return definition.handle(input);
    },
  };
}

/** Throws a 400 that names each bad field. */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, whole: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(fieldErrors(parsed.error, whole));
  return parsed.data;
}
