import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response } from 'express';

/** A response as it is sent: encoded once, sent many times. */
export interface EncodedAnswer {
  /** A hash of the content: the same on every replica, and unchanged where a write did not affect this response. */
  readonly etag: string;
  readonly body: Buffer;
  /** Absent where compression would not help. */
  readonly gzip: Buffer | undefined;
  /** Default: JSON. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a response says, before it is encoded. */
export interface Content {
  readonly text: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Below this size compression hardly helps. */
const WORTH_COMPRESSING = 1_024;
const compress = promisify(gzip);

export function encodeJson(json: unknown): Promise<EncodedAnswer> {
  return encodeContent({ text: JSON.stringify(json) });
}

export async function encodeContent({ text, ...rest }: Content): Promise<EncodedAnswer> {
  const body = Buffer.from(text);
  const digest = createHash('sha1').update(body).digest('base64').slice(0, 27);
  return {
    etag: `W/"${body.length.toString(16)}-${digest}"`,
    body,
    gzip: body.length < WORTH_COMPRESSING ? undefined : await compress(body),
    ...rest,
  };
}

/** 304 where the client has it already; else the compressed or the plain body. */
export function sendEncoded(
  request: Request,
  response: Response,
  { etag, body, gzip: compressed, contentType, headers }: EncodedAnswer,
): void {
  response.set({ ETag: etag, ...headers }).vary('Accept-Encoding');
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  response.type(contentType ?? 'json');
  const useGzip = compressed !== undefined && request.acceptsEncodings('gzip') === 'gzip';
  if (useGzip) response.set('Content-Encoding', 'gzip');
  const content = useGzip ? compressed : body;
  response.set('Content-Length', String(content.length)).end(content);
}
