import { z } from 'zod';
import { setting, type SettingDefinition } from '../definition.ts';
import { flag, postgresUrl, text } from '../kinds.ts';

export const STORAGE_SETTINGS = {
  DATABASE_URL: setting({
    group: 'Storage',
    schema: postgresUrl.optional(),
    secret: true,
    doc: 'Postgres 15 or newer. Without it an embedded Postgres runs in DATA_DIR.',
  }),
  READ_DATABASE_URL: setting({
    group: 'Storage',
    schema: postgresUrl.optional(),
    secret: true,
    doc: 'A replica that answers the reads of the API.',
  }),
  DATA_DIR: setting({
    group: 'Storage',
    schema: text.default('.data'),
    doc: 'Folder for the embedded database and the generated JWT secret.',
  }),
  BACKUP_DIR: setting({
    group: 'Storage',
    schema: text.optional(),
    doc: 'Folder for a backup a day, made while the exporter runs; on another disk. Without it there is no daily backup.',
    example: '/var/backups/marginboard',
  }),
  BACKUP_KEEP: setting({
    group: 'Storage',
    schema: z.coerce
      .number('must be a whole number')
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(1_000, 'must be at most 1000')
      .default(7),
    doc: 'Daily backups to keep in BACKUP_DIR; older ones are deleted once a newer one was made and read back.',
  }),
  BACKUP_BEFORE_MIGRATION: setting({
    group: 'Storage',
    schema: flag(true),
    doc:
      'Makes a backup before a new version changes the schema of existing data: in BACKUP_DIR, or for the embedded ' +
      'database in DATA_DIR/backups. The newest three are kept.',
  }),
} as const satisfies Record<string, SettingDefinition>;
