import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../tcp.ts';

/** The program stripe-mock, from STRIPE_MOCK or the PATH; undefined where there is none. */
export const stripeMock =
  process.env.STRIPE_MOCK ??
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'stripe-mock'))
    .find((file) => existsSync(file));

/** Stripe's own stand-in, which checks requests against the whole API description; its numbers mean nothing. */
export async function startStripeMock(program: string): Promise<{ url: string; stop(): Promise<void> }> {
  const [http, https] = [await freePort(), await freePort()];
  const child = spawn(program, ['-http-addr', `127.0.0.1:${http}`, '-https-addr', `127.0.0.1:${https}`], {
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${http}`;
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    child.kill();
    await once(child, 'exit');
  };
  for (let tries = 0; tries < 200; tries += 1) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return { url, stop };
    await sleep(50);
  }
  await stop();
  throw new Error(`${program} did not start`);
}
