import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startApi, token } from '../../test/api-server.ts';
import { createTestDatabase } from '../../test/database.ts';
import { API_BASE } from '../contract/datasets.ts';
import { seedFigures, seedSync } from '../../test/seed-figures.ts';

/** The program `st` of schemathesis (PyPI); without it this is skipped. `.ci/run` fetches it. */
const PROGRAM = process.env['SCHEMATHESIS'] ?? '';

/** Of each operation and phase: few in CI, where the whole must not take a minute. */
const EXAMPLES = process.env['SCHEMATHESIS_EXAMPLES'] ?? '5';
const SECONDS = process.env['SCHEMATHESIS_SECONDS'] ?? '40';

/** 431: a query longer than Node's 16 KiB of headers is refused before the API sees it, which is a refusal too. */
const CONFIGURATION = `[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "415", "422", "428", "429", "431"]
`;

test.skipIf(!existsSync(PROGRAM))(
  'schemathesis finds no 5xx and no undocumented answer',
  { timeout: 300_000 },
  async () => {
    const database = await createTestDatabase();
    await seedFigures(database.pool);
    await seedSync(database.pool, '2026-03-14', '2026-03-15T00:31:00Z');
    const api = await startApi(database.url, { deps: { limits: { writes: 1_000_000, failedLogins: 1_000_000 } } });
    const directory = await mkdtemp(join(tmpdir(), 'marginboard-schemathesis-'));
    await writeFile(join(directory, 'schemathesis.toml'), CONFIGURATION);
    try {
      const header = `Authorization: Bearer ${await token({ role: 'admin' })}`;
      // That `from` is before `to` cannot be said in a schema, so a documented 400 for it is not a fault.
      const args = [
        'run',
        `${api.url}/openapi.json`,
        '-H',
        header,
        '--checks',
        'all',
        '--exclude-checks',
        'positive_data_acceptance',
        // Schemathesis cannot write `message/rfc822`; the mails of inbound.test.ts go through here.
        '--exclude-path',
        `${API_BASE}/inbound/mail`,
        '--max-examples',
        EXAMPLES,
        '--max-time',
        SECONDS,
        '--workers',
        '1',
        '--no-color',
      ];
      const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
        execFile(PROGRAM, args, { cwd: directory, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : error.code, output: stdout + stderr });
        });
      });
      expect(code, output.slice(-8_000)).toBe(0);
    } finally {
      await api.close();
      await database.drop();
      await rm(directory, { recursive: true });
    }
  },
);
