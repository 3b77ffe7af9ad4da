import { nameList } from '../../llm/name-list.ts';
import type { Warning } from '../contract.ts';
import { costOf, unpricedTokens, type LlmDay, type LlmRow } from './data.ts';
import { UNKNOWN } from './mapping.ts';

/** What a run noticed besides the rows themselves. */
export interface Remarks {
  /** Older days for which there was no time. */
  readonly unread: readonly string[];
  /** Series that several processes write in turn, by their labels. */
  readonly workers: ReadonlySet<string>;
  /** Targets with readings a little below those before them. */
  readonly stepBacks: ReadonlySet<string>;
  /** Targets whose series were given other labels in the run of what may be one process: whether they went on. */
  readonly unproven: ReadonlyMap<string, boolean>;
  /** Series with a value that no counter can have, and the value. */
  readonly bad: ReadonlyMap<string, string>;
  /** Models whose reported cost fits to several users, providers or models. */
  readonly unjoined: ReadonlySet<string>;
  /** A gateway's counters beside the application's own. */
  readonly ignored: ReadonlySet<string>;
  /** A label of replicas that are counted more than once. */
  readonly replicaLabel: string | undefined;
}

/** Collects what is to be said of rows, which need not be held for it until the end of a run. */
export interface RowRemarks {
  add(days: readonly LlmDay[]): void;
  readonly unpriced: ReadonlySet<string>;
  readonly tokenless: ReadonlySet<string>;
  readonly unknownRows: number;
  readonly lacksInput: boolean;
}

export function createRowRemarks(): RowRemarks {
  const unpriced = new Set<string>();
  const tokenless = new Set<string>();
  let unknownRows = 0;
  let lacksInput = false;
  const addRow = (row: LlmRow): void => {
    if (row.user === UNKNOWN) unknownRows += 1;
    if (unpricedTokens(row) === 0) return;
    const hasTokens = row.prompt + row.completion > 0;
    (hasTokens || costOf(row) !== undefined ? unpriced : tokenless).add(`${row.provider}/${row.model}`);
  };
  return {
    unpriced,
    tokenless,
    get unknownRows() {
      return unknownRows;
    },
    get lacksInput() {
      return lacksInput;
    },
    add(days) {
      for (const { rows, fields } of days) {
        for (const row of rows) addRow(row);
        lacksInput ||= fields.has('output') && !fields.has('input');
      }
    },
  };
}

export function warningsOf(rows: RowRemarks, remarks: Remarks): Warning[] {
  return [...warningsOfRows(rows), ...warningsOfSeries(remarks), ...unreadDays(remarks.unread)];
}

function warningsOfRows({ unpriced, tokenless, unknownRows, lacksInput }: RowRemarks): Warning[] {
  return [
    ...warning(
      'unpriced_usage',
      unpriced,
      (names) =>
        `no price is known for ${names}: its cost is left empty; add a contract price or correct the model's name`,
    ),
    ...warning(
      'missing_tokens',
      tokenless,
      (names) =>
        `requests of ${names} were answered, but no tokens and no cost are counted: their cost is unknown; check that the source counts tokens`,
    ),
    ...(lacksInput
      ? [
          {
            code: 'missing_input_tokens',
            message: 'there are output tokens but no input tokens: check the counters and LLM_PRESET',
          },
        ]
      : []),
    ...(unknownRows === 0
      ? []
      : [{ code: 'unknown_user', message: 'usage without a user is stored under "unknown"', count: unknownRows }]),
  ];
}

function warningsOfSeries({ workers, stepBacks, unproven, bad, unjoined, ignored, replicaLabel }: Remarks): Warning[] {
  const targets = (isGoingOn: boolean): Set<string> =>
    new Set([...unproven].flatMap(([target, went]) => (went === isGoingOn ? [target] : [])));
  const badNames = new Set([...bad].map(([name, value]) => `${name.replace('\n', ' ')} = ${value}`));
  return [
    ...warning(
      'many_resets',
      workers,
      (names) =>
        `several processes seem to answer for one target in turn (${names}): what each counted was estimated; give each an address of its own, or share their counters (PROMETHEUS_MULTIPROC_DIR)`,
    ),
    ...warning(
      'step_back',
      stepBacks,
      (names) =>
        `readings of ${names} were a little below those before them, without a restart: they do not count again; where two replicas answer for one address, let the server remove their doubles`,
    ),
    ...warning(
      'unproven_continuation',
      targets(true),
      (names) =>
        `series of ${names} got other labels, and no process_start_time_seconds tells whether the process restarted: they count as going on, since none began lower`,
    ),
    ...warning(
      'unproven_continuation',
      targets(false),
      (names) =>
        `series of ${names} got other labels, and no process_start_time_seconds tells whether the process restarted: they count from 0, since they began far higher; usage may count twice`,
    ),
    ...warning('bad_series', badNames, (names) => `series with values that no counter can have are left out: ${names}`),
    ...warning(
      'unjoined_cost',
      unjoined,
      (names) =>
        `the reported cost of ${names} fits to several users, providers or models and is not counted beside a computed one: give the counters of cost and tokens the same labels`,
    ),
    ...warning(
      'ignored_series',
      ignored,
      (names) =>
        `${names} may count the same calls again and are not read: write a mapping (LLM_MAPPING_FILE) to choose`,
    ),
    ...(replicaLabel === undefined
      ? []
      : [
          {
            code: 'replicas',
            message: `series differ only in the label ${replicaLabel}, and each is counted: set LLM_REPLICA_LABEL=${replicaLabel} to count one of them`,
          },
        ]),
  ];
}

function unreadDays(unread: readonly string[]): Warning[] {
  return unread.length === 0
    ? []
    : [
        {
          code: 'unread_days',
          message: `there was no time for ${unread.length} older days (${unread[0] ?? ''} to ${unread.at(-1) ?? ''}): the next synchronisations read them`,
          count: unread.length,
        },
      ];
}

function warning(code: string, of: ReadonlySet<string>, message: (names: string) => string): Warning[] {
  if (of.size === 0) return [];
  return [{ code, message: message(nameList(of)), count: of.size }];
}
