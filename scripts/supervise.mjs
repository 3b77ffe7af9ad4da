// Runs the exporter so that it ends with `npm start`, however that ends.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { exporterNode, ROOT } from './install.mjs';
import { ARENAS, HEAP } from './memory.mjs';

const WATCH = new URL('./parent-watch.mjs', import.meta.url).href;
const PARENT_CHECK_MS = 500;
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
