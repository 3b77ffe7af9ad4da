import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { HttpProblem } from './problem.ts';

/**
 * Refuses requests whose `Host` is neither an address, `localhost` nor a configured name: a web page whose name was
 * pointed at this machine (DNS rebinding) would otherwise read what the exporter serves without a token, with the
 * browser of somebody inside. A client without the header (HTTP/1.0) is not a browser.
 */
export function checkHost(names: readonly string[]): RequestHandler {
  const allowed = new Set(['localhost', ...names.map((name) => name.toLowerCase())]);
  return (request, _response, next) => {
    const host = request.headers.host;
    if (host === undefined || isAllowed(host, allowed)) next();
    else
      throw new HttpProblem(421, 'This host name is not served here. Add it to PUBLIC_HOSTS, or use the address.', {
        headers: { Connection: 'close' },
      });
  };
}

function isAllowed(host: string, allowed: ReadonlySet<string>): boolean {
  const bracketed = /^\[([^\]]+)\](?::\d*)?$/.exec(host);
  if (bracketed !== null) return isIP(bracketed[1] ?? '') === 6;
  const name = host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
  return isIP(name) === 4 || allowed.has(name);
}
