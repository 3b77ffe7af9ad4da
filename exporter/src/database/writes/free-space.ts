import { statfs } from 'node:fs/promises';

export interface DiskSpace {
  /** What is on it: the embedded database, or the backups. */
  readonly folder: 'database' | 'backups';
  /** What a user who is not root may still write. */
  readonly freeBytes: number;
  readonly sizeBytes: number;
}

/** The room on the file system of `path`; undefined where it cannot be asked, for instance because it is not there yet. */
export async function diskSpace(folder: DiskSpace['folder'], path: string): Promise<DiskSpace | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(path);
    return { folder, freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
  } catch {
    return undefined;
  }
}
