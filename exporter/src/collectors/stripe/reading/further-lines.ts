import { z } from 'zod';
import type { Queryable } from '../../../database/queryable.ts';
import { CollectorError } from '../../errors.ts';
import { checked } from '../../http.ts';
import type { PageCall } from '../client.ts';
import { isRefused, RESOURCES, type Resource } from '../errors.ts';
import { touchDays, type Touched } from './days-to-compute.ts';
import { forgetLeftOut, rememberLeftOut } from './left-out.ts';
import { loadPending, loadWholePending, removePending, savePending, type Pending } from './pending.ts';
import { partsOf, pickFields } from './pick.ts';
import { store, type HistoryReader } from './read-list.ts';
import type { HistoryName } from './state.ts';

/** Objects whose lines go beyond what the list shows of them: one request each for a hundred further lines. */
export interface LinedObjects<Whole> {
  readonly name: HistoryName;
  readonly resource: Resource;
  /** The whole object with all its lines. */
  readonly schema: z.ZodType<Whole>;
  /** Fields of a line that are kept while the object waits. */
  readonly lineShape: Readonly<Record<string, unknown>>;
  readonly lines: (id: string) => PageCall;
  readonly store: (
    tx: Queryable,
    whole: Whole,
  ) => Promise<{ readonly rows: number; readonly touched: readonly Touched[] }>;
}

const rawLine = z.looseObject({ id: z.string() });
const waiting = z.looseObject({ lines: z.object({ data: z.array(rawLine), has_more: z.boolean().default(false) }) });

/** Requests that are sent side by side. */
const AT_ONCE = 4;
/** Two pages: a run lists one at least, so that what waits becomes less. */
const WHOLE_WITHOUT_TIME = 200;

/** What waits, cut down to what the schema reads; `lines` are the ones that the list has shown. */
export function pendingOf(
  raw: unknown,
  shape: Readonly<Record<string, unknown>>,
  lineShape: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const picked = pickFields(raw, shape);
  const lines = typeof picked.lines === 'object' && picked.lines !== null ? picked.lines : {};
  return {
    ...picked,
    lines: { ...lines, data: partsOf(picked.lines).map((line) => pickFields(line, lineShape)) },
  };
}

/**
 * Works through the objects that wait, as long as there is time (some at least). Each is stored when it is whole.
 *
 * Those that are whole already take no request, and wait for no time: the last months of credit notes are listed again
 * by every run, and what a run puts among the waiting it must also take away, or the history would never be complete.
 */
export async function readFurtherLines<Whole>(reader: HistoryReader, objects: LinedObjects<Whole>): Promise<void> {
  let after = '';
  for (let isFirst = true; isFirst || !reader.outOfTime(); isFirst = false) {
    const batch = await loadPending(reader.context.db, objects.name, after, AT_ONCE);
    const last = batch.at(-1);
    if (last === undefined || !(await completeAll(reader, objects, batch))) return;
    after = last.id;
  }
  const whole = await loadWholePending(reader.context.db, objects.name, WHOLE_WITHOUT_TIME);
  for (let from = 0; from < whole.length; from += AT_ONCE)
    if (!(await completeAll(reader, objects, whole.slice(from, from + AT_ONCE)))) return;
}

/** False where one of them may not be read. */
async function completeAll<Whole>(
  reader: HistoryReader,
  objects: LinedObjects<Whole>,
  batch: readonly Pending[],
): Promise<boolean> {
  const done = await Promise.allSettled(batch.map((one) => completeOne(reader, objects, one)));
  const failures = done.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
  const refused = failures.find((reason) => isRefused(reason));
  if (failures.length > 0 && refused === undefined) throw failures[0];
  if (refused === undefined) return true;
  // They wait until they can be read; the figures that they belong to are not known meanwhile.
  const { title } = RESOURCES[objects.resource];
  reader.tally.add('lines_unreadable', `${refused.message}; ${title} with more lines wait, and revenue is unknown`);
  return false;
}

async function completeOne<Whole>(
  reader: HistoryReader,
  objects: LinedObjects<Whole>,
  { id, payload }: Pending,
): Promise<void> {
  const { name, resource } = objects;
  try {
    const whole = await readLines(reader, objects, id, payload);
    if (whole === undefined) return;
    await store(reader, async (tx) => {
      const { rows, touched } = await objects.store(tx, whole);
      await touchDays(tx, touched, reader.today);
      await forgetLeftOut(tx, resource, [id]);
      await removePending(tx, name, [id]);
      return { rows };
    });
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error;
    if (error.kind !== 'bad_payload' && error.reason !== 'not_found' && error.status !== 400) throw error;
    // One odd line makes its object odd, and nothing else. What is final is never deleted: without lines it is odd too.
    await store(reader, async (tx) => {
      await rememberLeftOut(tx, resource, [{ id, error }]);
      await removePending(tx, name, [id]);
      return { rows: 0 };
    });
  }
}

/** Undefined when the time ended before the last page; what was read until then waits with the object. */
async function readLines<Whole>(
  reader: HistoryReader,
  { name, resource, schema, lineShape, lines }: LinedObjects<Whole>,
  id: string,
  payload: unknown,
): Promise<Whole | undefined> {
  const { client, context } = reader;
  const header = waiting.parse(payload);
  let parts = header.lines.data;
  let more = header.lines.has_more;
  for (let isFirst = true; more && (isFirst || !reader.outOfTime()); isFirst = false) {
    reader.requests += 1;
    const page = await client.page(context, resource, lines(id), { after: parts.at(-1)?.id }, rawLine);
    const [odd] = page.leftOut;
    if (odd !== undefined) throw odd.error;
    parts = [...parts, ...page.entries.map(({ raw }) => rawLine.parse(pickFields(raw, lineShape)))];
    more = page.more;
  }
  const read = { ...header, lines: { object: 'list', data: parts, has_more: more } };
  if (!more) return checked('Stripe', RESOURCES[resource].title, read, schema);
  await store(reader, async (tx) => {
    await savePending(tx, name, [{ id, payload: read }]);
    return { rows: 0 };
  });
  return undefined;
}
