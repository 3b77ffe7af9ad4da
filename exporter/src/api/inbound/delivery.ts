import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { HttpProblem } from '../http/problem.ts';

/** A request of a mail server or provider, whole. */
export interface DeliveryRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly now: Date;
}

/** A mail that came from whom it should. */
export interface Delivery {
  readonly mail: Buffer;
  /** What may be used once only: a signature or token. Null where the sender's way has none. */
  readonly once: { readonly key: string; readonly expiresAt: Date } | null;
}

/** One way in which mails are delivered over HTTP. */
export interface DeliveryWay {
  /** Below /api/v1. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  /** Of the body, for the documentation. */
  readonly contentType: string;
  readonly maxBytes: number;
  /** The setting that opens it, named while it is closed. */
  readonly setting: string;
  readonly isOpen: boolean;
  /** What it answers to the same delivery once more; a provider that repeats itself wants to hear that it is done. */
  readonly repeated: 'conflict' | 'ok';
  /** Throws where the headers alone show that the request is refused, before the body is read. */
  checkHeaders?(headers: IncomingHttpHeaders, now: Date): void;
  /** Undefined for a request without a mail that is done. Throws HttpProblem. */
  read(request: DeliveryRequest): Promise<Delivery | undefined>;
}

/** Every refusal of a signature or password looks the same but for this sentence. */
export function refuse(detail: string, headers: Readonly<Record<string, string>> = {}): HttpProblem {
  return new HttpProblem(401, detail, { headers });
}

/** What a provider posts as JSON. Throws HttpProblem. */
export function jsonOf(body: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(body.toString());
    return value;
  } catch {
    throw new HttpProblem(400, 'The body is not valid JSON.');
  }
}

/** In constant time, and without telling the length. */
export function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
