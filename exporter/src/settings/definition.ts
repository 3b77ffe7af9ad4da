import type { z } from 'zod';

export interface SettingDefinition<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  readonly group: string;
  /** What it is for, in one or two sentences, for the documentation. */
  readonly doc: string;
  /** Never shown: redacted from logs and errors. */
  readonly secret?: true;
  /** Shown in `.env.example`; a placeholder must be recognisable as one. */
  readonly example?: string;
}

export function setting<Schema extends z.ZodType>(definition: SettingDefinition<Schema>): SettingDefinition<Schema> {
  return definition;
}
