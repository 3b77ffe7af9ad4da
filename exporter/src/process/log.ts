import pino, { type DestinationStream, type Logger } from 'pino';
import { createRedactor, type Redactor } from './redaction.ts';
import { secretsOf } from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';

export interface LogOptions {
  /** Where lines go; default: standard output (commands log to standard error). */
  readonly destination?: DestinationStream | 'stdout' | 'stderr';
  readonly redactor?: Redactor;
}

/** Headers and fields that are never worth a line, whatever they hold. */
const HIDDEN_PATHS = [
  'authorization',
  '*.authorization',
  '*.*.authorization',
  'headers.cookie',
  '*.headers.cookie',
  'password',
  '*.password',
  'apiKey',
  '*.apiKey',
  'token',
  '*.token',
  'secret',
  '*.secret',
  'connectionString',
  '*.connectionString',
];

/**
 * The process's logger: JSON lines with every configured secret hidden by path and by value, error stacks included. A
 * closed pipe or a full disk never stops the exporter.
 */
export function createLogger(settings: Settings, options: LogOptions = {}): Logger {
  const redactor = options.redactor ?? createRedactor(secretsOf(settings));
  return pino(
    {
      level: settings.LOG_LEVEL,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      redact: { paths: HIDDEN_PATHS, censor: '[redacted]' },
      hooks: {
        streamWrite: (line) => redactor.redact(line),
        logMethod(args, method, level) {
          if (level < WARN || !isRepeated(this, args)) method.apply(this, args);
        },
      },
    },
    destinationOf(options.destination ?? 'stdout'),
  );
}

/**
 * What is logged of an error. SDKs and `pg` hang whole clients, requests and rows on theirs: none of that is logged.
 */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === 'object' ? 'not an error' : error;
  const details = ['code', 'status', 'kind', 'reason'].flatMap((name): [string, unknown][] => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [];
  });
  const causes = error instanceof AggregateError ? error.errors : error.cause === undefined ? [] : [error.cause];
  return {
    type: error.name,
    message: error.message,
    ...Object.fromEntries(details),
    stack: error.stack,
    ...(causes.length > 0 &&
      depth < 3 && { causes: causes.slice(0, 3).map((cause: unknown) => describeError(cause, depth + 1)) }),
  };
}

function destinationOf(destination: DestinationStream | 'stdout' | 'stderr'): DestinationStream {
  if (typeof destination === 'object') return destination;
  const stream = pino.destination({ dest: destination === 'stdout' ? 1 : 2, sync: true });
  // pino forgives a broken pipe only; a full disk behind a redirected log must not stop the exporter either.
  stream.on('error', () => undefined);
  return stream;
}

/** pino's number for warnings; failures are above. */
const WARN = 40;

/** What each run logger has said already: text → times. */
const said = new WeakMap<object, Map<string, number>>();

/**
 * A child for one run that says a repeated warning or failure once; children made from it count together.
 * `repeated()` tells how many were left out.
 */
export function runLogger(
  log: Logger,
  bindings: Readonly<Record<string, unknown>>,
): { readonly log: Logger; repeated(): number } {
  const child = log.child(bindings);
  const counts = new Map<string, number>();
  said.set(child, counts);
  return { log: child, repeated: () => [...counts.values()].reduce((sum, times) => sum + times - 1, 0) };
}

/** Enough to recognise repeats; a hostile provider cannot fill the memory with ever new texts. */
const MAX_TEXTS = 1_000;

function isRepeated(logger: object, args: readonly unknown[]): boolean {
  const counts = countsOf(logger);
  if (counts === undefined) return false;
  const text = args.map(textOf).join('\n');
  const times = (counts.get(text) ?? 0) + 1;
  if (times > 1 || counts.size < MAX_TEXTS) counts.set(text, times);
  return times > 1 || counts.size >= MAX_TEXTS;
}

/** pino's children inherit from their parent, so the run's logger is somewhere up the chain. */
function countsOf(logger: object): Map<string, number> | undefined {
  for (let at: unknown = logger; typeof at === 'object' && at !== null; at = Object.getPrototypeOf(at)) {
    const counts = said.get(at);
    if (counts !== undefined) return counts;
  }
  return undefined;
}

function textOf(arg: unknown): string {
  if (typeof arg === 'string') return arg;
  if (arg instanceof Error) return arg.message;
  if (typeof arg !== 'object' || arg === null) return '';
  return Object.values(arg)
    .map((value) => (value instanceof Error ? value.message : typeof value === 'string' ? value : ''))
    .join(' ');
}
