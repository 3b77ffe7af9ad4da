import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Longer than any case may take: they end by themselves where nobody ends them. */
const SECONDS = 60;

/** Lets `processes` compute without a pause; returns what ends them. */
export function keepBusy(processes: number): () => Promise<void> {
  const code = `const end = Date.now() + ${SECONDS * 1000}; while (Date.now() < end);`;
  const children = Array.from({ length: processes }, () => spawn(process.execPath, ['-e', code], { stdio: 'ignore' }));
  return async () => {
    await Promise.all(
      children
        .filter(({ exitCode }) => exitCode === null)
        .map(async (child) => {
          const ended = once(child, 'exit');
          child.kill('SIGKILL');
          await ended;
        }),
    );
  };
}
