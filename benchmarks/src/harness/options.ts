import { parseArgs } from 'node:util';
import { z } from 'zod';

export const USAGE = `npm run bench -- [--size small|full] [--only P5,P7] [--json]
                 [--users N] [--days N] [--growth N,N,…] [--write FILE]

  --size small   300 users x 60 days of history, minutes at most (default; what CI reports)
  --size full    10,000 users x 12 models x 400 days, about 8.4 million history rows
  --only P5,P7   only these
  --users, --days  history of another size
  --growth N,N,…   the numbers of users of the growth curve (P12), smallest first;
                   full: 1200,12000,120000, which would be 1, 10 and 100 million raw rows
  --json         the results as JSON instead of a Markdown table
  --write FILE   the report as Markdown into FILE too

BENCH_DATABASE_URL is the Postgres server to use (a temporary database is created and dropped there).
Default: the product's embedded server.`;

const schema = z.strictObject({
  size: z.enum(['small', 'full'], '--size must be small or full').default('small'),
  only: z
    .string()
    .optional()
    .transform((text) =>
      text
        ?.toUpperCase()
        .split(',')
        .map((one) => one.trim()),
    ),
  json: z.boolean().default(false),
  users: z.coerce.number('--users must be a number').int().min(20).max(200_000).optional(),
  days: z.coerce.number('--days must be a number').int().min(40).max(2_000).optional(),
  growth: z
    .string()
    .optional()
    .transform((text) => text?.split(','))
    .pipe(
      z
        .array(z.coerce.number<string>('--growth must be numbers of users').int().min(20).max(500_000))
        .min(1)
        .optional(),
    ),
  write: z.string().optional(),
  help: z.boolean().default(false),
});

export interface Options extends Omit<z.output<typeof schema>, 'growth'> {
  readonly users: number;
  readonly days: number;
  readonly growth: readonly number[];
}

const SIZES = {
  small: { users: 300, days: 60, growth: [150, 1_500] },
  full: { users: 10_000, days: 400, growth: [1_200, 12_000, 120_000] },
} as const;

/** Throws an error for a person when an argument is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      size: { type: 'string' },
      only: { type: 'string' },
      json: { type: 'boolean' },
      users: { type: 'string' },
      days: { type: 'string' },
      growth: { type: 'string' },
      write: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const parsed = schema.safeParse(values);
  if (!parsed.success) throw new Error(`${parsed.error.issues.map(({ message }) => message).join('\n')}\n\n${USAGE}`);
  const { users, days, growth } = SIZES[parsed.data.size];
  return {
    ...parsed.data,
    users: parsed.data.users ?? users,
    days: parsed.data.days ?? days,
    growth: parsed.data.growth ?? growth,
  };
}
