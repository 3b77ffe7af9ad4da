import { createServer } from 'node:http';
import fc from 'fast-check';
import { expect } from 'vitest';
import { z } from 'zod';
import type { CollectContext, Collector } from '../src/collectors/contract.ts';
import { CollectorError, SkipError } from '../src/collectors/errors.ts';
import { withTransaction } from '../src/database/pool.ts';
import type { TestDatabase } from './database.ts';

/** What is done to one answer of a provider. Numbers are taken modulo what there is. */
export interface Mutation {
  readonly answer: number;
  readonly place: number;
  readonly kind: 'replace' | 'remove' | 'repeat' | 'add' | 'cut';
  readonly junk: unknown;
}

const ODD = [
  null,
  true,
  false,
  '',
  ' ',
  'abc',
  'NaN',
  'Infinity',
  '-1',
  '-0',
  '+1',
  '1e30',
  '1e400',
  '0x10',
  '٣',
  '1,5',
  '1_000',
  '12.',
  '.5',
  'null',
  '__proto__',
  0,
  -0,
  -1,
  1.5,
  1e30,
  -1e30,
  2 ** 53,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_VALUE,
  [],
  {},
  [[]],
  [null],
  [{}],
  'x'.repeat(5_000),
  '2026-02-30',
  '0000-00-00',
  '9999999999999999999999',
  '\u0000',
  '\ud800',
  { length: -1 },
  { toJSON: 1 },
];

/** Values that no provider should send. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>(...ODD) },
  fc.jsonValue({ maxDepth: 3 }),
  fc.string(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt().map(String),
);

export const mutations: fc.Arbitrary<Mutation> = fc.record({
  answer: fc.nat(),
  place: fc.nat(),
  kind: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'remove', 'repeat', 'add', 'cut'),
  junk,
});

type Container = unknown[] | Record<string, unknown>;
interface Place {
  readonly parent: Container;
  readonly key: string | number;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at({ parent, key }: Place): unknown {
  return Reflect.get(parent, key);
}

function placesIn(value: unknown, found: Place[] = []): Place[] {
  const keys = Array.isArray(value) ? [...value.keys()] : isRecord(value) ? Object.keys(value) : [];
  for (const key of keys) {
    if (!Array.isArray(value) && !isRecord(value)) continue;
    const place = { parent: value, key };
    found.push(place);
    placesIn(at(place), found);
  }
  return found;
}

/** The JSON text of a mutated copy, and whether a field (not just a row of a list) is missing in it. */
export function mutated(
  json: unknown,
  { place, kind, junk: value }: Mutation,
): { readonly text: string; readonly lacksField: boolean } {
  const root = { json: structuredClone(json) };
  const places = placesIn(root);
  const chosen = places[place % places.length];
  if (chosen === undefined) return { text: JSON.stringify(value), lacksField: false };
  const { parent, key } = chosen;
  const old = at(chosen);
  if (kind === 'cut') {
    const text = JSON.stringify(root.json);
    return { text: text.slice(0, place % text.length), lacksField: false };
  }
  if (kind === 'repeat' && Array.isArray(parent)) parent.push(structuredClone(old));
  else if (kind === 'add' && isRecord(old)) old['unknown_field'] = value;
  else if (kind === 'remove' && key !== 'json') {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else Reflect.deleteProperty(parent, key);
  } else Reflect.set(parent, key, value);
  return { text: JSON.stringify(root.json), lacksField: kind === 'remove' && key !== 'json' && !Array.isArray(parent) };
}

interface Recorded {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

export interface MutatingProxy {
  readonly url: string;
  /** From now on this happens to one answer. */
  arm(mutation: Mutation | undefined): void;
  /** The sum of the sizes of all numbers that were sent since `arm`, in whatever form. */
  sent(): number;
  /** Whether a field was missing in what was sent. */
  lacksField(): boolean;
  close(): Promise<void>;
}

/** Stands before a good provider, repeats its answers and spoils one of each run. */
export async function mutatingProxy(upstream: string): Promise<MutatingProxy> {
  const known = new Map<string, Recorded>();
  let order: string[] = [];
  let mutation: Mutation | undefined;
  let target: string | undefined;
  let sent = 0;
  let lacksField = false;
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString();
      const place = `${request.method ?? ''} ${request.url ?? ''} ${body}`;
      let answer = known.get(place);
      if (answer === undefined) {
        const headers = Object.fromEntries(
          ['authorization', 'apikey', 'content-type'].flatMap((name) =>
            typeof request.headers[name] === 'string' ? [[name, request.headers[name]]] : [],
          ),
        );
        const original = await fetch(`${upstream}${request.url ?? ''}`, {
          method: request.method ?? 'GET',
          headers,
          ...(body === '' ? {} : { body }),
        });
        answer = {
          status: original.status,
          headers: Object.fromEntries(
            ['content-type', 'x-total-count', 'link'].flatMap((name) =>
              original.headers.has(name) ? [[name, original.headers.get(name) ?? '']] : [],
            ),
          ),
          text: await original.text(),
        };
        known.set(place, answer);
        if (mutation === undefined) order.push(place);
      }
      const spoilt =
        mutation !== undefined && place === target ? mutated(JSON.parse(answer.text), mutation) : undefined;
      const text = spoilt?.text ?? answer.text;
      lacksField ||= spoilt?.lacksField === true;
      sent += sizeOf(text);
      response.writeHead(answer.status, answer.headers).end(text);
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}`,
    arm(next) {
      order = [...new Set(order)];
      mutation = next;
      target = next === undefined ? undefined : order[next.answer % order.length];
      sent = 0;
      lacksField = false;
    },
    sent: () => sent,
    lacksField: () => lacksField,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function sizeOf(text: string): number {
  return (text.match(/\d+(\.\d+)?([eE][+-]?\d+)?/g) ?? []).reduce(
    (sum, found) => sum + (Number.isFinite(Number(found)) ? Number(found) : 0),
    0,
  );
}

/** Every number of a result with its place; days, times and texts are none. */
export function figuresIn(
  value: unknown,
  place = '',
  found = new Map<string, number | bigint>(),
): Map<string, number | bigint> {
  if (typeof value === 'number' || typeof value === 'bigint') found.set(place, value);
  else if (value instanceof Map) for (const [key, inner] of value) figuresIn(inner, `${place}.${String(key)}`, found);
  else if (Array.isArray(value)) value.forEach((inner, index) => figuresIn(inner, `${place}.${index}`, found));
  else if (isRecord(value) && !(value instanceof Date) && !(value instanceof Set))
    for (const [key, inner] of Object.entries(value)) figuresIn(inner, `${place}.${key}`, found);
  return found;
}

/** On a busy machine fewer tries are made. */
const MAX_MS = 3_000;
const ENOUGH = 40;

export interface FuzzOptions {
  /** As many as take two seconds; `FUZZ_RUNS` asks for more. */
  readonly runs: number;
  /** How much larger than everything that was sent a figure may become (micro-units, days in a month …). */
  readonly factor?: number;
  /** Figures that may be below zero. */
  readonly negative?: RegExp;
  /** Figures that a removed field may turn to zero, since there it means zero. */
  readonly zero?: RegExp;
}

/**
 * Runs a collector on spoilt answers. It must end with a typed error that is no bug of ours, or with data that can be stored
 * and in which no number is invented: finite, none below zero, none beyond what was sent, and no zero where a number is missing.
 */
export async function fuzzCollector<Data>(
  collector: Collector<Data>,
  proxy: MutatingProxy,
  context: () => CollectContext,
  database: TestDatabase,
  options: FuzzOptions,
): Promise<void> {
  const { runs, factor = 1_000_000, negative = /^$/, zero = /^$/ } = options;
  proxy.arm(undefined);
  const good = figuresIn((await collector.collect(context())).data);
  expect(good.size).toBeGreaterThan(0);
  let accepted = 0;
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(mutations, async (mutation) => {
      tried += 1;
      proxy.arm(mutation);
      const data = await collected(collector, context());
      if (data === undefined) return;
      accepted += 1;
      const figures = figuresIn(data);
      for (const [place, figure] of figures) {
        if (typeof figure === 'number')
          expect(Number.isFinite(figure) && Number.isSafeInteger(Math.trunc(figure)), place).toBe(true);
        if (!negative.test(place)) expect(figure >= 0, `${place} is ${figure}`).toBe(true);
        expect(Math.abs(Number(figure)), place).toBeLessThanOrEqual(proxy.sent() * factor);
        const isNewZero =
          proxy.lacksField() && Number(figure) === 0 && good.has(place) && Number(good.get(place)) !== 0;
        if (isNewZero && !zero.test(place)) expect.fail(`${place} became 0 where something is missing`);
      }
      for (const { name, value } of collector.samples(data, context().day))
        expect(Number.isFinite(value), name).toBe(true);
      const undo = new Error('only tried');
      await withTransaction(database.pool, async (tx) => {
        await collector.store(tx, context().day, data);
        throw undo;
      }).catch((error: unknown) => {
        if (error !== undo) throw error;
      });
    }),
    process.env['FUZZ_RUNS'] === undefined
      ? { numRuns: runs, endOnFailure: true, interruptAfterTimeLimit: MAX_MS }
      : { numRuns: Number(process.env['FUZZ_RUNS']), endOnFailure: true },
  );
  // Otherwise nothing was learned about what is let through; on a machine that is far too busy there were too few tries to say.
  if (tried >= ENOUGH) expect(accepted).toBeGreaterThan(0);
}

/** Undefined where the collector refused with a reason. */
async function collected<Data>(collector: Collector<Data>, context: CollectContext): Promise<Data | undefined> {
  try {
    return (await collector.collect(context)).data;
  } catch (error) {
    if (error instanceof SkipError) return undefined;
    expect(error).toBeInstanceOf(CollectorError);
    if (error instanceof CollectorError && error.kind !== 'bad_payload' && error.kind !== 'upstream')
      throw new Error(`${error.kind}: ${error.message}`, { cause: error });
    return undefined;
  }
}
