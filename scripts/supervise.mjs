// Runs the exporter so that it ends with `npm start`, however that ends.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { exporterNode, ROOT } from './install.mjs';

const WATCH = new URL('./parent-watch.mjs', import.meta.url).href;
const PARENT_CHECK_MS = 500;
/**
 * V8 gives young objects up to 128 MiB on a large machine, and lets old garbage grow to four times what is in use: most
 * of an exporter's memory. With small young spaces, and old objects collected whenever they grew by a fifth, half
 * as much stays. `--optimize-for-size` would do the second too, but gives young objects a mere 1 MiB: collecting them
 * took half of the processor time of a large synchronisation.
 */
const HEAP = ['--max-semi-space-size=4', '--heap-growing-percent=20'];
/** Each of V8's and Node's threads would take an arena of glibc's of its own: some 20 MiB that nobody uses. */
const ARENAS = { MALLOC_ARENA_MAX: '2' };
const REPEAT_MS = 2_000;

/**
 * Runs `script` on the Node of the exporter; every way of asking this process to stop reaches it once. Resolves to the exit
 * code.
 */
export function supervise(script, args) {
  return new Promise((resolve) => {
    // A process group of its own: a Ctrl-C in the terminal reaches it once, from here, and not a second time from npm.
    const child = spawn(exporterNode(), [...HEAP, '--enable-source-maps', '--import', WATCH, script, ...args], {
      cwd: ROOT,
      env: { ...ARENAS, ...process.env },
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      detached: true,
    });
    const last = new Map();
    const forward = (signal) => {
      const now = performance.now();
      if (now - (last.get(signal) ?? -REPEAT_MS) < REPEAT_MS) return;
      last.set(signal, now);
      child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
    // A shell between npm and this process may die without passing the signal on.
    const parent = process.ppid;
    const check = setInterval(() => {
      if (process.ppid !== parent) forward('SIGTERM');
    }, PARENT_CHECK_MS);
    child.once('error', (error) => {
      console.error(`cannot run ${script}: ${error.message}`);
      resolve(1);
    });
    child.once('exit', (code, signal) => {
      clearInterval(check);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}
