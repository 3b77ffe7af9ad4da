import type { z } from 'zod';
import type { SettingDefinition } from './definition.ts';
import { ALERTS_SETTINGS } from './groups/alerts.ts';
import { DEMONSTRATION_SETTINGS } from './groups/demonstration.ts';
import { INBOX_SETTINGS } from './groups/inbox.ts';
import { INBOUND_MAIL_SETTINGS } from './groups/inbound-mail.ts';
import { LLM_USAGE_SETTINGS } from './groups/llm-usage.ts';
import { PROVIDERS_SETTINGS } from './groups/providers.ts';
import { RATES_SETTINGS } from './groups/rates.ts';
import { SERVER_SETTINGS } from './groups/server.ts';
import { STATEMENTS_SETTINGS } from './groups/statements.ts';
import { STORAGE_SETTINGS } from './groups/storage.ts';

export type { SettingDefinition } from './definition.ts';

/**
 * Every setting, once: checking, types, `.env.example` and the table in `docs/settings.md` all come from here,
 * in the order of the groups below. Each may also be given as NAME_FILE, a path whose content is the value.
 */
export const SETTINGS = {
  ...PROVIDERS_SETTINGS,
  ...LLM_USAGE_SETTINGS,
  ...RATES_SETTINGS,
  ...STORAGE_SETTINGS,
  ...SERVER_SETTINGS,
  ...ALERTS_SETTINGS,
  ...STATEMENTS_SETTINGS,
  ...INBOX_SETTINGS,
  ...INBOUND_MAIL_SETTINGS,
  ...DEMONSTRATION_SETTINGS,
} as const satisfies Record<string, SettingDefinition>;

export type SettingName = keyof typeof SETTINGS;
export type Settings = { readonly [Name in SettingName]: z.output<(typeof SETTINGS)[Name]['schema']> };
