import { z } from 'zod';
import { setting, type SettingDefinition } from '../definition.ts';
import { url } from '../kinds.ts';

export const RATES_SETTINGS = {
  FX_SOURCE: setting({
    group: 'Exchange rates',
    schema: z.enum(['off', 'ecb'], 'must be off or ecb').default('off'),
    doc:
      "`ecb`: the European Central Bank's daily reference rates are stored by themselves, for days that have no rate " +
      'yet; a rate of PUT /admin/fx-rates wins. `off`: only those.',
  }),
  ECB_URL: setting({
    group: 'Exchange rates',
    schema: url().default('https://www.ecb.europa.eu/stats/eurofxref'),
    doc: 'Where `eurofxref-daily.xml` and `eurofxref-hist-90d.xml` are, for a mirror.',
  }),
} as const satisfies Record<string, SettingDefinition>;
