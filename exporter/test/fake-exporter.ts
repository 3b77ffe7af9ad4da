import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppParts } from '../src/app/parts.ts';
import type { CollectorName } from '../src/contract/providers.ts';
import { createHandler as createRealHandler } from '../src/app/http-handler.ts';
import type { CollectContext } from '../src/collectors/contract.ts';
import { runExporter } from '../src/app/run-exporter.ts';
import { fakeCollectors, untilAborted } from './fake-collector.ts';

/**
 * The real process with invented providers, for tests that kill it. FAKE_HANG names a collector that never answers,
 * FAKE_SLOW one that takes its time, FAKE_BUG one that throws in ways no try can catch. With FAKE_API=true it has the
 * whole HTTP side, else only what the tests of the process need.
 */
const named = (name: string): CollectorName | undefined =>
  fakeCollectors().find((one) => one.name === process.env[name])?.name;
const hang = named('FAKE_HANG');
const slow = named('FAKE_SLOW');
const bug = named('FAKE_BUG');

async function createHandler({ metrics, ready, runner, log }: AppParts): Promise<RequestListener> {
  return (request, response) => {
    const answer = async (): Promise<[number, string]> => {
      if (request.url === '/-/healthy') return [200, 'ok'];
      if (request.url === '/-/ready') return [ready() ? 200 : 503, ''];
      if (request.url === '/metrics') return [200, (await metrics.render()).body];
      if (request.url !== '/sync') return [404, ''];
      const started = await runner.start({ trigger: 'api', requestedBy: 'test' });
      return 'done' in started ? [200, JSON.stringify(await started.done)] : [409, started.running];
    };
    answer()
      .catch((error: unknown): [number, string] => {
        log.error({ err: error }, 'request failed');
        return [503, ''];
      })
      .then(
        ([status, body]) => response.writeHead(status).end(body),
        () => response.destroy(),
      );
  };
}

await runExporter({
  createHandler: process.env['FAKE_API'] === 'true' ? createRealHandler : createHandler,
  createCollectors: async () =>
    fakeCollectors({
      ...(hang && { [hang]: { collect: untilAborted } }),
      ...(slow && {
        [slow]: {
          collect: async ({ days, today }: CollectContext) =>
            sleep(1_000, { data: { days, today, cost: '1.00' }, warnings: [] }),
        },
      }),
      ...(bug && {
        [bug]: {
          collect: async () => {
            void (async () => {
              throw 'rejected into the void';
            })();
            setTimeout(() => {
              throw new Error('thrown from a timer');
            }, 1);
            throw 'no error';
          },
        },
      }),
    }),
  timing: { leaseMs: 1_000, heartbeatMs: 200, watchMs: 100, pauseMs: 200 },
});
