import type { ApiWarning } from '../../contract/answers.ts';
import type { ChangeCause, FigureChange, MonthMovements, MonthState } from '../../contract/months.ts';
import type { SyncOutcome } from '../../contract/outcomes.ts';
import type { CostSource } from '../../contract/providers.ts';
import type { Language } from './language.ts';
import { EN } from './texts-en.ts';
import { FR } from './texts-fr.ts';

/** Every word of the page and of the mails, in one language. `{name}` stands for a value, see `fill`. */
export interface PageTexts {
  /** With `{month}`. */
  readonly title: string;
  readonly statementTitle: string;
  readonly demo: string;
  readonly away: string;
  /** The first moments of the process. */
  readonly starting: string;
  readonly months: string;
  readonly otherLanguage: string;
  readonly print: string;
  readonly status: string;
  readonly signOut: string;
  readonly state: Readonly<Record<MonthState, string>>;
  readonly closedAt: string;
  readonly seeLive: string;
  readonly seeClosed: string;
  readonly through: string;
  readonly noDay: string;
  readonly figures: string;
  readonly figure: Readonly<Record<FigureChange['figure'], string>>;
  readonly figureNote: Readonly<Record<'revenue' | 'llm' | 'infrastructure' | 'margin', string>>;
  readonly ofRevenue: string;
  readonly revenueVsCosts: string;
  readonly costPerDay: string;
  readonly revenuePerDay: string;
  readonly marginPerDay: string;
  readonly mrrRight: string;
  readonly movements: string;
  readonly noMovements: string;
  readonly movement: Readonly<Record<keyof MonthMovements, string>>;
  readonly topUsers: string;
  readonly noUsers: string;
  readonly tokens: string;
  readonly promptTokens: string;
  readonly completionTokens: string;
  readonly noUsage: string;
  readonly errors: string;
  readonly requests: string;
  readonly failed: string;
  readonly errorRate: string;
  readonly infrastructure: string;
  readonly noCosts: string;
  readonly noDays: string;
  readonly llmByMonth: string;
  readonly lastSync: string;
  readonly noSync: string;
  readonly outcome: Readonly<Record<SyncOutcome, string>>;
  readonly provenance: string;
  readonly coverage: string;
  readonly noCoverage: string;
  readonly provider: string;
  readonly cost: string;
  readonly sources: string;
  readonly source: Readonly<Record<CostSource, string>>;
  readonly missing: string;
  readonly nothingMissing: string;
  readonly unknown: string;
  readonly nothingUnknown: string;
  /** In words where the answer's own message is in English. */
  readonly warning: Readonly<Record<ApiWarning['code'], string>> | null;
  readonly changes: string;
  readonly noChanges: string;
  readonly change: string;
  readonly before: string;
  readonly now: string;
  readonly difference: string;
  readonly cause: Readonly<Record<ChangeCause, string>>;
  readonly madeBy: string;
  readonly empty: string;
  readonly emptyHint: string;
  readonly configured: string;
  readonly setting: string;
  readonly footer: string;
}

const TEXTS: Readonly<Record<Language, PageTexts>> = { en: EN, fr: FR };

export function textsOf(language: Language): PageTexts {
  return TEXTS[language];
}

/** Puts values in the place of `{name}`. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
