import fc from 'fast-check';

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

export function isRecord(value: unknown): value is Record<string, unknown> {
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
