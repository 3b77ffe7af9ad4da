import { z } from 'zod';
import { formatMicros } from '../money/micros.ts';
import { nanosToMicros, parseNanos, type Nanos } from '../money/nanos.ts';

/** A column of amounts at nine digits, as text. */
export const nanos = z.string().transform(parseNanos);
export const nanosOrNull = nanos.nullable();

/** An amount as the API writes it. */
export function nanosText(amount: Nanos): string;
export function nanosText(amount: Nanos | null): string | null;
export function nanosText(amount: Nanos | null): string | null {
  return amount === null ? null : formatMicros(nanosToMicros(amount));
}
