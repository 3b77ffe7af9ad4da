import type { Warning } from '../contract.ts';
import { RESOURCES, type Resource } from './errors.ts';

/** Warnings of one run, one a code: things that a person should know, with how often they came up. */
export interface WarningTally {
  add(code: string, message: string, count?: number): void;
  /** An object that cannot be read and is missing in the figures. */
  leftOut(resource: Resource, id: string, reason: string): void;
  /** The ids of those of one kind so far. */
  left(resource: Resource): ReadonlySet<string>;
  /** Whether a warning of this code was added. */
  has(code: string): boolean;
  all(): Warning[];
}

/** Objects that a message names. */
const MAX_NAMED = 5;

export function createTally(): WarningTally {
  const byCode = new Map<string, Warning>();
  const left = new Map<Resource, Map<string, string>>();
  return {
    add(code, message, count = 1) {
      byCode.set(code, { code, message, count: (byCode.get(code)?.count ?? 0) + count });
    },
    leftOut(resource, id, reason) {
      left.set(resource, (left.get(resource) ?? new Map<string, string>()).set(id, reason));
    },
    left: (resource) => new Set(left.get(resource)?.keys()),
    has: (code) => byCode.has(code),
    all: () => [
      ...byCode.values(),
      ...[...left].map(([resource, objects]) => ({
        code: 'object_left_out',
        message: `Stripe: ${RESOURCES[resource].title} that cannot be read are left out of the figures: ${named(objects)}`,
        count: objects.size,
      })),
    ],
  };
}

function named(objects: ReadonlyMap<string, string>): string {
  const shown = [...objects].slice(0, MAX_NAMED).map(([id, reason]) => `${id} (${reason})`);
  const more = objects.size - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
