import { setting, type SettingDefinition } from '../definition.ts';
import { postgresUrl, text } from '../kinds.ts';

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
} as const satisfies Record<string, SettingDefinition>;
