import { Status } from 'nice-grpc';
import { expect, it } from 'vitest';
import { testContext } from '../../test/providers/context.ts';
import { startFakeWeaviate, WEAVIATE_KEY, weaviateSettings } from '../../test/providers/weaviate.ts';
import { createWeaviateCollector } from '../collectors/weaviate/index.ts';
import { consoleToLog } from './console.ts';
import { createLogger } from './log.ts';
import { loadSettings } from '../settings/load.ts';

function logging(): { lines: string[]; restore: () => void } {
  const lines: string[] = [];
  const log = createLogger(loadSettings({ WEAVIATE_API_KEY: WEAVIATE_KEY, LOG_LEVEL: 'debug' }), {
    destination: { write: (line: string) => void lines.push(line) },
  });
  return { lines, restore: consoleToLog(log) };
}

it('row 33: what a library writes to the console is a line of the log, without secrets, and bounded', () => {
  const original = console.warn;
  const { lines, restore } = logging();
  try {
    console.warn(
      new Error('refused', { cause: { metadata: { authorization: `Bearer ${WEAVIATE_KEY}` } } }),
      'Attempt 1 failed',
    );
    console.log('%s and %o', WEAVIATE_KEY, { deep: { key: WEAVIATE_KEY } });
    console.error(`https://x/?key=${encodeURIComponent(WEAVIATE_KEY)}`, 'x'.repeat(100_000));
  } finally {
    restore();
  }
  expect(console.warn).toBe(original);
  expect(lines).toHaveLength(3);
  expect(lines.join('')).not.toContain(WEAVIATE_KEY);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(5_000);
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ from: 'console' });
});

it(
  'row 33: the retries of weaviate-client, which it writes with the whole error, hold no key',
  { timeout: 60_000 },
  async () => {
    const server = await startFakeWeaviate({ collections: { Small: { objects: 2 } } });
    const { lines, restore } = logging();
    try {
      server.failGrpc(Status.UNAVAILABLE);
      const collector = createWeaviateCollector(
        weaviateSettings({ WEAVIATE_URL: server.url, WEAVIATE_GRPC_URL: server.grpcAddress }),
      );
      expect((await collector.collect(testContext())).data.collections[0]?.objects).toBe(2n);
    } finally {
      restore();
      await server.close();
    }
    expect(lines.join('')).toContain('Attempt 1 failed');
    expect(lines.join('')).not.toContain(WEAVIATE_KEY);
  },
);
