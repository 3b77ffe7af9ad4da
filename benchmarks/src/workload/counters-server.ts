import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { modelsOf } from './models.ts';

/**
 * A process of its own that answers like a Prometheus with the LLM counters of `argv[2]` users with twelve models each.
 * Real samples for so many series would take longer to write than everything that is measured; how a real one answers
 * is tested elsewhere. Prints its address. Knows the questions of the LLM collector and nothing else.
 */
const users = Array.from(
  { length: Number(process.argv[2]) },
  (_, index) =>
    `user-${(Math.imul(index + 1, 2_654_435_761) >>> 0).toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
);
const models = modelsOf(1);
const COUNTERS = [
  {
    selector: 'llm_tokens_total{token_type="prompt"',
    metric: 'llm_tokens_total',
    label: '"token_type":"prompt"',
    step: 1_300,
  },
  {
    selector: 'llm_tokens_total{token_type="completion"',
    metric: 'llm_tokens_total',
    label: '"token_type":"completion"',
    step: 350,
  },
  {
    selector: 'llm_requests_total{status!="error"',
    metric: 'llm_requests_total',
    label: '"status":"success"',
    step: 12,
  },
  { selector: 'llm_requests_total{status="error"', metric: 'llm_requests_total', label: '"status":"error"', step: 1 },
] as const;

const server = createServer((request, response) => {
  void reply(request, response);
}).listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) console.log(`http://127.0.0.1:${address.port}`);
});

async function reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  response.setHeader('content-type', 'application/json');
  if (url.pathname.endsWith('/values')) {
    const has = url.searchParams.getAll('match[]').some((match) => {
      // Every series names its user, so that asking for those that do asks for all.
      const asked = match.replace(/,?user_id!=""(?=\}$)/, '').replace(/\{?\}$/, '');
      return COUNTERS.some(({ selector }) => selector.startsWith(asked));
    });
    return void response.end(
      JSON.stringify({ status: 'success', data: !has ? [] : url.pathname.includes('user_id') ? users : ['a_counter'] }),
    );
  }
  const isRange = url.pathname.endsWith('/query_range');
  if (!isRange && !url.pathname.endsWith('/query')) return void response.end('{"status":"success","data":[]}');
  const query = url.searchParams.get('query') ?? '';
  const counter = query.startsWith('last_over_time(')
    ? COUNTERS.find(({ selector }) => query.startsWith(`last_over_time(${selector}`))
    : undefined;
  const time = (name: string): number => Number(url.searchParams.get(name));
  const times = isRange ? steps(time('start'), time('end'), time('step')) : [time('time')];
  response.write(`{"status":"success","data":{"resultType":"${isRange ? 'matrix' : 'vector'}","result":[`);
  if (counter !== undefined) await write(response, counter, usersOf(query), times, isRange);
  response.end(']}}');
}

/** Grows every day, so that every user has usage with every model on each. */
async function write(
  response: ServerResponse,
  { metric, label, step }: (typeof COUNTERS)[number],
  wanted: readonly string[],
  times: readonly number[],
  isRange: boolean,
): Promise<void> {
  // A moment is midnight with an offset of a millisecond, or the end of the day before.
  const value = (time: number, turn: number): string =>
    `[${time},"${Math.floor((time - 0.001) / 86_400 + 1) * step * (turn + 1)}"]`;
  const valuesOf = (turn: number): string => times.map((time) => value(time, turn)).join(',');
  for (const [index, user] of wanted.entries()) {
    const series = models.map(
      ({ provider, model }, turn) =>
        `{"metric":{"__name__":"${metric}","instance":"app-1:9000","job":"app","model":"${model}","provider":"${provider}",${label},"user_id":"${user}"},${isRange ? `"values":[${valuesOf(turn)}]` : `"value":${valuesOf(turn)}`}}`,
    );
    if (!response.write(`${index === 0 ? '' : ','}${series.join(',')}`))
      await new Promise((resolve) => response.once('drain', resolve));
  }
}

function steps(start: number, end: number, step: number): number[] {
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => start + index * step);
}

function usersOf(query: string): readonly string[] {
  const quoted = /user_id=~?("(?:[^"\\]|\\.)*")/.exec(query)?.[1];
  if (quoted === undefined) return users;
  const pattern = new RegExp(`^(?:${z.string().parse(JSON.parse(quoted))})$`);
  return users.filter((user) => pattern.test(user));
}

// Ends with the process that started it.
process.stdin.resume().on('end', () => process.exit());
