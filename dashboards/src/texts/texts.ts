import type { BoardLanguage, BoardName } from '../../../exporter/src/contract/boards.ts';
import type { BridgeStep, ListedMovement } from '../../../exporter/src/contract/datasets.ts';
import type { RunReason } from '../../../exporter/src/contract/outcomes.ts';
import type { PanelName, PanelText } from './panels.ts';

export interface BoardText {
  readonly title: string;
  readonly description: string;
}

/** The texts of the boards in one language. The type ensures that every language has the same keys. */
export interface Texts {
  readonly language: BoardLanguage;
  readonly folder: string;
  readonly boards: Readonly<Record<BoardName, BoardText>>;
  readonly panels: Readonly<Record<PanelName, PanelText>>;
  /** Display names of fields. */
  readonly fields: Readonly<Record<string, string>>;
  /** The first line of a board that shows invented figures. */
  readonly demonstration: string;
  readonly outcomes: {
    readonly succeeded: string;
    readonly partial: string;
    readonly failed: string;
    readonly skipped: string;
  };
  /** Why a run was skipped or failed. */
  readonly reasons: Readonly<Record<RunReason, string>>;
  readonly sources: {
    readonly invoice: string;
    readonly api_invoice: string;
    readonly api_usage: string;
    readonly fixed: string;
    readonly estimate: string;
    readonly mixed: string;
  };
  readonly customerKinds: {
    readonly customer: string;
    readonly other_customers: string;
    readonly unmatched_revenue: string;
    readonly unmatched_cost: string;
  };
  readonly alertFields: { readonly alert: string; readonly state: string; readonly severity: string };
  readonly alertStates: { readonly firing: string; readonly pending: string };
  readonly severities: { readonly critical: string; readonly warning: string };
  /** What lies on the disk whose room is shown. */
  readonly folders: { readonly database: string; readonly backups: string };
  readonly yes: string;
  readonly no: string;
  readonly all: string;
  /** Between the days that a card counts: "6 months to 2026-11-27". */
  readonly upTo: string;
  /** Which days are shown; `{n}` is a count, `{day}` the first one. */
  readonly shownDays: {
    readonly days: string;
    readonly months: string;
    readonly thirtyShort: string;
    readonly since: string;
  };
  readonly ofWhichInvoiced: string;
  readonly closedMonths: string;
  readonly runningMonth: string;
  readonly axisPerDay: string;
  readonly axisMrr: string;
  readonly age: string;
  readonly billing: string;
  readonly inbox: string;
  readonly llmProvider: string;
  readonly invoicesMarked: string;
  readonly pricesMarked: string;
  readonly writesRefused: string;
  readonly failedSyncsMarked: string;
  readonly movementsMarked: string;
  readonly netNewThisMonth: string;
  readonly churnLastMonth: string;
  readonly retentionTwelveMonths: string;
  readonly openMonth: string;
  readonly openCustomer: string;
  readonly openPlan: string;
  readonly openUser: string;
  readonly openModel: string;
  readonly chosenMonth: string;
  readonly chosenCustomer: string;
  readonly chosenPlan: string;
  readonly bridgeSteps: Readonly<Record<BridgeStep, string>>;
  readonly movements: Readonly<Record<ListedMovement, string>>;
  readonly otherPlans: string;
}
