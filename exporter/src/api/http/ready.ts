import type { RequestHandler } from 'express';
import type { ApiDeps } from '../deps.ts';
import { nameRoute } from './observe.ts';
import { HttpProblem } from './problem.ts';

/**
 * `/-/ready`: 200 once figures can be answered, and then for ever, so that a balancer goes on sending readers. While
 * nothing can be stored its text says so, and `/-/ready?for=writes` is 503 with the reason.
 */
export function readyProbe(health: ApiDeps['health']): RequestHandler {
  return (request, response) => {
    nameRoute(response, '/-/ready');
    if (!health.ready())
      throw new HttpProblem(503, 'Not ready: the database is not migrated or the first snapshot is not loaded yet.');
    const refusal = health.writeRefusal?.();
    if (refusal !== undefined && request.query['for'] === 'writes')
      throw new HttpProblem(503, `Not ready for writes: ${refusal.message}.`);
    response.set('Cache-Control', 'no-store').type('text');
    response.send(refusal === undefined ? 'ready\n' : `ready for reading only: ${refusal.message}\n`);
  };
}
