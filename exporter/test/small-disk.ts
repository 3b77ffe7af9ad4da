import { spawnSync } from 'node:child_process';
import { mkdtemp, open, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, small enough to be filled. */
export interface SmallDisk {
  readonly path: string;
  /** Takes all room but `leaveBytes`. */
  fill(leaveBytes?: number): Promise<void>;
  /** Gives the room back. */
  empty(): Promise<void>;
  readOnly(on: boolean): void;
  close(): Promise<void>;
}

function mount(...args: string[]): boolean {
  return spawnSync('mount', args, { stdio: 'ignore' }).status === 0;
}

function unmount(path: string): boolean {
  return spawnSync('umount', [path], { stdio: 'ignore' }).status === 0;
}

/** Undefined where this process may not mount anything. */
export async function openSmallDisk(megabytes: number): Promise<SmallDisk | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const path = await mkdtemp(join(tmpdir(), 'small-disk-'));
  if (!mount('-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0711`, 'tmpfs', path)) {
    await rmdir(path);
    return undefined;
  }
  const filler = join(path, 'filler');
  return {
    path,
    async fill(leaveBytes = 0) {
      const file = await open(filler, 'a');
      try {
        const block = Buffer.alloc(65_536);
        // The last blocks of a full disk fit in part.
        for (let size = block.length; size >= 512; size /= 2)
          while (await file.write(block, 0, size).then(() => true, isFull));
      } finally {
        await file.close();
      }
      if (leaveBytes > 0) {
        const whole = await open(filler, 'r+');
        await whole.truncate(Math.max(0, (await whole.stat()).size - leaveBytes));
        await whole.close();
      }
    },
    empty: () => rm(filler, { force: true }),
    readOnly(on) {
      if (!mount('-o', `remount,${on ? 'ro' : 'rw'}`, path)) throw new Error(`${path} could not be remounted`);
    },
    async close() {
      // A process that has just ended may still hold it for a moment.
      for (let tries = 0; tries < 50 && !unmount(path); tries += 1) await new Promise((done) => setTimeout(done, 100));
      await rmdir(path);
    },
  };
}

function isFull(error: unknown): false {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
  throw error;
}
