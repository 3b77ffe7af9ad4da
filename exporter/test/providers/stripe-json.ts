import type { Json } from './stripe-objects.ts';

export function without(one: Json, fields: readonly string[]): Json {
  return Object.fromEntries(Object.entries(one).filter(([name]) => !fields.includes(name)));
}

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
