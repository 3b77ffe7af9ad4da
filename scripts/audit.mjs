// Asks the registry for known weaknesses of everything in the lock file: exit 1 at high or critical. A registry that
// does not answer (no network, a mirror without advisories) is said and fails nothing, unless --strict asks for an
// answer.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ROOT } from './install.mjs';

const SERIOUS = ['high', 'critical'];

/** npm's report; undefined where the registry gave none. */
function report() {
  const cli = process.env.npm_execpath;
  const args = ['audit', '--json', '--package-lock-only', '--no-fund'];
  return new Promise((resolve) => {
    execFile(
      cli ? process.execPath : 'npm',
      cli ? [cli, ...args] : args,
      { cwd: ROOT, maxBuffer: 1 << 27, timeout: 120_000 },
      (_error, stdout) => {
        try {
          const said = JSON.parse(stdout);
          resolve(said.metadata?.vulnerabilities === undefined ? undefined : said);
        } catch {
          resolve(undefined);
        }
      },
    );
  });
}

/** 0: nothing serious, or no answer; 1: something serious (or, when strict, no answer). */
export async function audit({ strict = false } = {}) {
  const said = await report();
  if (said === undefined) {
    console.error(
      'npm audit: the registry gave no advisories (no network, or a mirror without them), ' +
        `so nothing is known${strict ? '' : '; this fails nothing here'}.`,
    );
    return strict ? 1 : 0;
  }
  const serious = Object.values(said.vulnerabilities ?? {}).filter(({ severity }) => SERIOUS.includes(severity));
  for (const { name, severity, range, fixAvailable } of serious) {
    console.error(`${severity}: ${name} ${range}${fixAvailable ? ' (a newer version mends it)' : ''}`);
  }
  const counts = Object.entries(said.metadata.vulnerabilities)
    .filter(([level, count]) => level !== 'total' && count > 0)
    .map(([level, count]) => `${count} ${level}`);
  console.error(`npm audit: ${counts.length === 0 ? 'nothing known' : counts.join(', ')}.`);
  return serious.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exit(await audit({ strict: process.argv.includes('--strict') }));
