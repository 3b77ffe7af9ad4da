import type { Fault } from '../../../exporter/test/faults/gateway.ts';
import { SUBJECTS, type Providers } from '../../../exporter/test/faults/providers.ts';
import type { CollectorName } from '../../../exporter/src/contract/providers.ts';
import { pick } from './random.ts';

/** What happens to one synchronisation. */
export interface Trouble {
  /** What each provider that is not well does to every request of its main read. */
  readonly broken: ReadonlyMap<CollectorName, string>;
  /** Server connections of the exporter are cut, so many milliseconds after the start. */
  readonly cutAfterMs: number | undefined;
  /** A second synchronisation is asked for at the same time. */
  readonly twice: boolean;
}

const HTML = '<!doctype html><title>Bad gateway</title>';
const FAULTS: Readonly<Record<string, Fault>> = {
  'status 500': { status: 500, json: { error: 'broken' } },
  'status 503': { status: 503, text: HTML },
  'status 429': { status: 429, headers: { 'retry-after': '1' }, json: { error: 'slow down' } },
  'status 401': { status: 401, json: { error: 'no' } },
  'no answer': { fault: 'hang' },
  'slow drip': { fault: 'drip' },
  'connection reset': { fault: 'reset' },
  'HTML with 200': { text: HTML },
  'cut JSON': { rewrite: (body) => body.slice(0, Math.floor(body.length / 2)) },
  'empty body': { text: '' },
};
export const FAULT_NAMES = Object.keys(FAULTS);

/** Nothing is wrong in a third of the runs; else one or two providers, the database, or both. */
export function nextTrouble(run: number, random: () => number): Trouble {
  const broken = new Map<CollectorName, string>();
  // The first runs see every fault once: what the first of its kind loads and holds on to is not a leak.
  const wanted = run < FAULT_NAMES.length ? 1 : Math.floor(random() * 3);
  for (let one = 0; one < wanted; one += 1) {
    const subject = SUBJECTS[(run + one * 2) % SUBJECTS.length];
    const fault = run < FAULT_NAMES.length ? FAULT_NAMES[run] : pick(FAULT_NAMES, random);
    if (subject !== undefined && fault !== undefined) broken.set(subject.name, fault);
  }
  return { broken, cutAfterMs: run % 7 === 3 ? random() * 80 : undefined, twice: run % 5 === 4 };
}

export function afflict(providers: Providers, { broken }: Trouble): void {
  for (const { name, path } of SUBJECTS) {
    const fault = FAULTS[broken.get(name) ?? ''];
    if (fault !== undefined) providers.gateways[name].breakAlways(path, fault);
  }
}
