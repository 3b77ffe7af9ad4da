import { z } from 'zod';
import { DOCUMENT_KEY_HINT, DOCUMENT_KEY_PATTERN } from '../document-key.ts';
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
    doc: 'Folder for the embedded database, the generated JWT secret and the generated key of stored documents.',
  }),
  DOCUMENT_KEY: setting({
    group: 'Storage',
    schema: z.string().regex(DOCUMENT_KEY_PATTERN, DOCUMENT_KEY_HINT).optional(),
    secret: true,
    doc:
      'Encrypts the stored documents of invoices (AES-256): 32 bytes in base64, as `openssl rand -base64 32` prints. ' +
      'Without it the embedded database uses a key that is made at the first start in DATA_DIR/document-key, and with ' +
      'DATABASE_URL no document is stored. The key is in no database and no backup: store it apart.',
  }),
  DOCUMENT_RETENTION_DAYS: setting({
    group: 'Storage',
    schema: z.coerce
      .number('must be a whole number')
      .int('must be a whole number')
      .min(0, 'must not be negative')
      .max(36_500, 'must be at most 36500')
      .default(3_650),
    doc: 'Days for which the uploaded documents of invoices are stored. 0 stores none, and deletes those that are there.',
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
