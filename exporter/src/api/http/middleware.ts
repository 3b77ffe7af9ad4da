import type { Request, RequestHandler, Response } from 'express';

/** Resolves when the middleware lets the request through; rejects with its error. */
export async function passes(middleware: RequestHandler, request: Request, response: Response): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const next = (error?: unknown): void => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('a middleware refused the request', { cause: error }));
    };
    Promise.resolve(middleware(request, response, next)).catch(reject);
  });
}
