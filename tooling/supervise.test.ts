import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';

const SUPERVISE = new URL('../scripts/supervise.mjs', import.meta.url).href;

// Says its number, and on each signal its name; ends with 7 on the first.
const PROGRAM = `
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => {
    console.log(signal);
    setTimeout(() => process.exit(7), 300);
  });
  setInterval(() => undefined, 1000);
  console.log(process.pid);`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supervise '));
  await writeFile(join(folder, 'program.mjs'), PROGRAM);
});
afterEach(() => rm(folder, { recursive: true }));

interface Run {
  readonly supervisor: ChildProcess;
  readonly pid: number;
  readonly lines: string[];
  readonly code: Promise<number | null>;
}

/** As `npm start` does it: what supervises is a process group's leader, like a shell's job. */
async function run(program = 'program.mjs'): Promise<Run> {
  const code =
    `import { supervise } from ${JSON.stringify(SUPERVISE)}; ` + 'process.exit(await supervise(process.argv[1], []));';
  const supervisor = spawn(process.execPath, ['--input-type=module', '-e', code, join(folder, program)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const lines: string[] = [];
  const exited = new Promise<number | null>((resolve) => supervisor.once('exit', resolve));
  const first = await new Promise<string>((resolve) => {
    createInterface({ input: supervisor.stdout }).on('line', (line) => {
      lines.push(line);
      resolve(lines[0] ?? '');
    });
  });
  return { supervisor, pid: Number(first), lines, code: exited };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s to the runner, or to its whole group and again from npm, arrives once; the exit code is passed on',
  async (signal) => {
    const { supervisor, pid, lines, code } = await run();
    process.kill(-(supervisor.pid ?? 0), signal);
    supervisor.kill(signal);
    expect(await code).toBe(7);
    expect(isAlive(pid)).toBe(false);
    expect(lines.slice(1)).toEqual([signal]);
  },
);

test('a closed terminal ends the program properly', async () => {
  const { supervisor, lines, code } = await run();
  supervisor.kill('SIGHUP');
  expect(await code).toBe(7);
  expect(lines.slice(1)).toEqual(['SIGTERM']);
});

test('kill -9 of the runner leaves nothing behind', async () => {
  const { supervisor, pid } = await run();
  supervisor.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
});

test('a program that ends by itself, or is killed, ends the runner with its code', async () => {
  await writeFile(join(folder, 'short.mjs'), 'console.log(process.pid); process.exitCode = 3;');
  expect(await (await run('short.mjs')).code).toBe(3);
  const killed = await run();
  process.kill(killed.pid, 'SIGKILL');
  expect(await killed.code).toBe(128 + 9);
});
