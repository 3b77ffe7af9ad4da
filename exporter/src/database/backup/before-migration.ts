import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Settings } from '../../settings/schema.ts';
import { newBackupFile, removeOldBackups } from './folder.ts';
import { writeBackup } from './write.ts';

const KEEP = 3;

/** Where backups before migrations go; undefined where they are switched off, or the database is somebody else's to keep. */
export function migrationBackupFolder(
  settings: Pick<Settings, 'BACKUP_DIR' | 'BACKUP_BEFORE_MIGRATION' | 'DATABASE_URL' | 'DATA_DIR'>,
): string | undefined {
  if (!settings.BACKUP_BEFORE_MIGRATION) return undefined;
  if (settings.BACKUP_DIR !== undefined) return settings.BACKUP_DIR;
  return settings.DATABASE_URL === undefined ? join(settings.DATA_DIR, 'backups') : undefined;
}

/** Makes a backup, and throws what to do where it cannot: the schema is then left as it is. */
export async function backupBeforeMigration(url: string, folder: string, log: Logger): Promise<void> {
  try {
    const { file, bytes } = await writeBackup(url, await newBackupFile(folder, 'before-migration', new Date()));
    await removeOldBackups(folder, 'before-migration', KEEP);
    log.info({ file, bytes }, 'a backup was made before the schema is changed');
  } catch (error) {
    throw new Error(
      `the schema must be changed, and no backup can be made in ${folder} before ` +
        `(${error instanceof Error ? error.message : String(error)}): make room there, set BACKUP_DIR, or set ` +
        'BACKUP_BEFORE_MIGRATION=false',
      { cause: error },
    );
  }
}
