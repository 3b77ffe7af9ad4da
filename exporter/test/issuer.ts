import { createServer, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, type GenerateKeyPairResult, type JWK, type JWTPayload } from 'jose';
import { z } from 'zod';

/** An identity provider on loopback: publishes the chosen keys and signs with any that it has. */
export interface Issuer {
  readonly url: string;
  /** How often its keys were asked for. */
  asked(): number;
  /** What is published from now on. */
  publish(kids: readonly string[]): void;
  /** Answers like this instead of with its keys; undefined: as usual. */
  fault: ((response: ServerResponse) => void) | undefined;
  pair(kid: string): Promise<GenerateKeyPairResult>;
  jwk(kid: string): Promise<JWK>;
  /** A token by the key `kid`, published or not. */
  sign(kid: string, payload?: JWTPayload): Promise<string>;
  close(): Promise<void>;
}

export async function startIssuer(alg: 'ES256' | 'RS256' = 'ES256'): Promise<Issuer> {
  const pairs = new Map<string, Promise<GenerateKeyPairResult>>();
  let published: readonly string[] = [];
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    if (issuer.fault !== undefined) return issuer.fault(response);
    Promise.all(published.map((kid) => issuer.jwk(kid))).then(
      (keys) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys })),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const issuer: Issuer = {
    url: `http://127.0.0.1:${port}/keys`,
    asked: () => asked,
    publish: (kids) => {
      published = kids;
    },
    fault: undefined,
    pair(kid) {
      const pair = pairs.get(kid) ?? generateKeyPair(alg, { extractable: true });
      pairs.set(kid, pair);
      return pair;
    },
    async jwk(kid) {
      return { ...(await exportJWK((await issuer.pair(kid)).publicKey)), kid, alg, use: 'sig' };
    },
    async sign(kid, payload = { role: 'viewer', sub: 'ann' }) {
      return new SignJWT(payload)
        .setProtectedHeader({ alg, kid })
        .setExpirationTime('1h')
        .sign((await issuer.pair(kid)).privateKey);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return issuer;
}
