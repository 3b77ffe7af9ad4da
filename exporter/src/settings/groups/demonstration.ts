import { z } from 'zod';
import { setting, type SettingDefinition } from '../definition.ts';
import { flag } from '../kinds.ts';

export const DEMONSTRATION_SETTINGS = {
  DEMO: setting({
    group: 'Demonstration',
    schema: flag(false),
    doc: 'Fills an empty database with six months of believable data (eighteen of revenue), labelled as demonstration everywhere.',
  }),
  NOW: setting({
    group: 'Demonstration',
    schema: z.iso.datetime({ offset: true, error: 'must be an ISO time such as 2026-03-15T12:00:00Z' }).optional(),
    doc: 'Fixes the clock, for demonstrations and tests; the log says so.',
  }),
} as const satisfies Record<string, SettingDefinition>;
