import { readFileSync } from 'node:fs';
import { z } from 'zod';

const node = z.record(z.string(), z.unknown());
type Node = z.output<typeof node>;

const SPECS = new URL('../../../shared/specs/', import.meta.url);
const MAX_DEPTH = 8;

/** A field of an answer: names of properties, and 0 for the first row of a list. */
export type FieldPath = readonly (string | 0)[];

/** Every field of the 200 answer of a GET, as the provider describes it. */
export function describedFields(file: string, path: string): FieldPath[] {
  const root = node.parse(JSON.parse(readFileSync(new URL(file, SPECS), 'utf8')));
  const content = at(root, ['paths', path, 'get', 'responses', '200', 'content']);
  const media = Object.values(content)[0];
  return fieldsOf(root, at(node.parse(media), ['schema']), 0);
}

function fieldsOf(root: Node, schema: Node, depth: number): FieldPath[] {
  if (depth > MAX_DEPTH) return [];
  if (typeof schema['$ref'] === 'string')
    return fieldsOf(root, at(root, schema['$ref'].replace('#/', '').split('/')), depth + 1);
  const variants = ['allOf', 'oneOf', 'anyOf'].flatMap((name) => nodes(schema[name]));
  const own = Object.entries(node.safeParse(schema['properties']).data ?? {}).flatMap(([name, property]) => [
    [name],
    ...fieldsOf(root, node.safeParse(property).data ?? {}, depth + 1).map((below) => [name, ...below]),
  ]);
  const items = node.safeParse(schema['items']).data;
  const rows = items === undefined ? [] : fieldsOf(root, items, depth + 1).map((below): FieldPath => [0, ...below]);
  return [...own, ...rows, ...variants.flatMap((variant) => fieldsOf(root, variant, depth + 1))];
}

function nodes(list: unknown): Node[] {
  return z.array(node).safeParse(list).data ?? [];
}

function at(from: Node, path: readonly string[]): Node {
  return path.reduce<Node>((value, name) => node.parse(value[name]), from);
}

/** How one field is spoilt: not known, left out, or of the other type. */
export const SPOILT = ['null', 'absent', 'retyped'] as const;

/** The answer with one field spoilt; undefined where it has no such field. */
export function spoil(answer: unknown, [name, ...below]: FieldPath, how: (typeof SPOILT)[number]): unknown {
  if (name === 0) {
    if (!Array.isArray(answer) || answer.length === 0) return undefined;
    const first = below.length === 0 ? undefined : spoil(answer[0], below, how);
    return first === undefined ? undefined : [first, ...answer.slice(1)];
  }
  const object = node.safeParse(answer).data;
  if (object === undefined || Array.isArray(answer) || name === undefined || !(name in object)) return undefined;
  if (below.length > 0) {
    const value = spoil(object[name], below, how);
    return value === undefined ? undefined : { ...object, [name]: value };
  }
  const { [name]: value, ...others } = object;
  if (how === 'absent') return others;
  return { ...object, [name]: how === 'null' ? null : retyped(value) };
}

function retyped(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : 7;
  return 'odd';
}
