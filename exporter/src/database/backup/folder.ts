import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Why a backup was made: each kind has its own retention. */
export type BackupKind = 'daily' | 'manual' | 'before-migration';

export interface StoredBackup {
  readonly file: string;
  readonly kind: BackupKind;
  readonly at: Date;
  readonly bytes: number;
}

const NAME = /^marginboard-(daily|manual|before-migration)-(\d{8}T\d{9})Z\.backup$/;
const TIME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})$/;
const PARTIAL = /^marginboard-.*\.backup\.partial$/;
const DAY_MS = 86_400_000;

/** A new file's path in `folder`, which is created (0700) where it is missing. */
export async function newBackupFile(folder: string, kind: BackupKind, now: Date): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return join(folder, `marginboard-${kind}-${now.toISOString().replaceAll(/[-:.]/g, '')}.backup`);
}

/** The backups in `folder`, newest first; empty where it does not exist. Files of other names are nobody's. */
export async function listBackups(folder: string): Promise<StoredBackup[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.map(async (name): Promise<StoredBackup | undefined> => {
      const match = NAME.exec(name);
      const kind = match?.[1];
      if (match === null || (kind !== 'daily' && kind !== 'manual' && kind !== 'before-migration')) return undefined;
      const time = (match[2] ?? '').replace(TIME, '$1-$2-$3T$4:$5:$6.$7Z');
      const file = join(folder, name);
      const found = await stat(file).catch(() => undefined);
      return found?.isFile() === true ? { file, kind, at: new Date(time), bytes: found.size } : undefined;
    }),
  );
  return found.filter((backup) => backup !== undefined).sort((a, b) => b.at.getTime() - a.at.getTime());
}

/**
 * Removes all of a kind but the newest `keep`, and what an exporter that was killed left unfinished; the ones made by
 * hand stay. Returns what was removed.
 */
export async function removeOldBackups(
  folder: string,
  kind: Exclude<BackupKind, 'manual'>,
  keep: number,
): Promise<string[]> {
  const old = (await listBackups(folder)).filter((backup) => backup.kind === kind).slice(keep);
  const unfinished: string[] = [];
  for (const name of (await readdir(folder)).filter((name) => PARTIAL.test(name))) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    // Another exporter may be writing its own at this moment.
    if (found !== undefined && Date.now() - found.mtimeMs > DAY_MS) unfinished.push(join(folder, name));
  }
  const removed = [...old.map(({ file }) => file), ...unfinished];
  for (const file of removed) await rm(file, { force: true });
  return removed;
}
