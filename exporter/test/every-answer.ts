import { z } from 'zod';

const documented = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** Of the process or of the moment, and not of the data. */
const NOT_DATA = /\/(audit-log|tokens|openapi\.json)$/;

/** The answer of every route that can be asked without a path parameter: cards, days, series, lists and exports. */
export async function everyAnswer(url: string, token: string): Promise<Map<string, string>> {
  const { paths } = documented.parse(await (await fetch(`${url}/openapi.json`)).json());
  const answers = new Map<string, string>();
  for (const [path, methods] of Object.entries(paths)) {
    if (!path.startsWith('/api/') || !('get' in methods) || path.includes('{') || NOT_DATA.test(path)) continue;
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
    answers.set(path, `${response.status} ${await response.text()}`);
  }
  return answers;
}
