import { keyOf } from './mapping.ts';
import type { Labels } from './schema.ts';

/** Labels that an instrumentation chooses: all others say which process it was, behind a collector too. */
const OF_INSTRUMENTATION = /^(?:__name__|gen_ai_.*|otel_scope_.*|server_.*|openai_.*|error_type|stream)$/;

/** The process that counted a series, whichever instrumentation of it did. */
export function processOf(labels: Labels): string {
  return keyOf(Object.fromEntries(Object.entries(labels).filter(([name]) => !OF_INSTRUMENTATION.test(name))));
}
