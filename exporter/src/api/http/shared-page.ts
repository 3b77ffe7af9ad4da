import { gzip as gzipCallback } from 'node:zlib';
import { promisify } from 'node:util';
import type { Request, Response } from 'express';

const gzip = promisify(gzipCallback);

export interface Page {
  readonly contentType: string;
  readonly body: string;
}

interface Encoded {
  readonly contentType: string;
  readonly body: Buffer;
  readonly compressed: () => Promise<Buffer>;
}

/**
 * Sends pages whose text several requests share: each text is encoded once, and compressed once where somebody asks
 * for that. `render` returns the same object for as long as the page is the same.
 */
export function createPageSender(): (request: Request, response: Response, page: Page) => Promise<void> {
  const encoded = new WeakMap<Page, Encoded>();
  const encode = (page: Page): Encoded => {
    const body = Buffer.from(page.body);
    let compressing: Promise<Buffer> | undefined;
    return { contentType: page.contentType, body, compressed: () => (compressing ??= gzip(body)) };
  };
  return async (request, response, page) => {
    const known = encoded.get(page) ?? encode(page);
    encoded.set(page, known);
    const useGzip = request.acceptsEncodings('gzip') === 'gzip';
    const content = useGzip ? await known.compressed() : known.body;
    // Express would add its own charset, and Prometheus needs the exact type.
    response.setHeader('Content-Type', known.contentType);
    if (useGzip) response.setHeader('Content-Encoding', 'gzip');
    response.vary('Accept-Encoding');
    response.setHeader('Content-Length', String(content.length));
    response.end(content);
  };
}
