/** One result of an `Authentication-Results` header (RFC 8601), in lower case. */
export interface AuthenticationResult {
  readonly method: string;
  readonly outcome: string;
  /** By name, as `header.d`; the domain of an address. A property that is given twice is left out. */
  readonly properties: ReadonlyMap<string, string>;
}

export interface AuthenticationResults {
  /** How the server names itself. */
  readonly authservId: string;
  readonly results: readonly AuthenticationResult[];
}

/**
 * Reads the value of a header by its grammar: a sender chooses the local part of an address, which may be a quoted
 * string that looks like a result. Undefined where the value does not follow the grammar. Pure.
 */
export function authenticationResults(value: string): AuthenticationResults | undefined {
  const parts = wordsOf(value);
  const authservId = parts?.[0]?.[0]?.toLowerCase();
  if (parts === undefined || authservId === undefined) return undefined;
  return { authservId, results: parts.slice(1).flatMap((words) => resultOf(words) ?? []) };
}

const WORD = /"(?:[^"\\]|\\.)*"|[^\s;"=]+|=|;|\s+|(.)/gs;

/** The words of each part between semicolons, `name=value` in one word. Undefined where a quote or comment is open. */
function wordsOf(value: string): string[][] | undefined {
  const plain = withoutComments(value);
  if (plain === undefined) return undefined;
  const parts: string[][] = [[]];
  let isJoined = false;
  for (const [token, stray] of plain.matchAll(WORD)) {
    if (stray !== undefined) return undefined;
    const words = parts.at(-1) ?? [];
    if (token === ';') parts.push([]);
    else if (token === '=') words.push(`${words.pop() ?? ''}=`);
    else if (token.trim() !== '')
      words.push(isJoined || words.at(-1)?.endsWith('=') ? `${words.pop() ?? ''}${token}` : token);
    isJoined = token !== ';' && token !== '=' && token.trim() !== '';
  }
  return parts;
}

function resultOf([first = '', ...words]: readonly string[]): AuthenticationResult | undefined {
  const [, method, outcome] = /^([a-z0-9-]+)(?:\/\d+)?=([a-z]+)$/.exec(first.toLowerCase()) ?? [];
  if (method === undefined || outcome === undefined) return undefined;
  const given = words.flatMap((word): [string, string][] => {
    const [, name, value] = /^([a-z0-9.-]+)=(.+)$/s.exec(word.toLowerCase()) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
  const properties = new Map<string, string>();
  for (const [name, values] of Map.groupBy(given, ([key]) => key)) {
    const domain = values.length === 1 ? domainIn(values[0]?.[1] ?? '') : undefined;
    if (domain !== undefined) properties.set(name, domain);
  }
  return { method, outcome, properties };
}

/** `example.com`, `"example.com"`, `@example.com` and `"any thing"@example.com` name example.com. */
function domainIn(value: string): string | undefined {
  const unquoted = /^"([^"\\@]*)"$/.exec(value)?.[1] ?? value;
  const domain = unquoted.slice(unquoted.lastIndexOf('@') + 1).replace(/\.$/, '');
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/.test(domain) ? domain : undefined;
}

/** RFC 5322 comments, which may nest and may hold anything; not those within quotes. Undefined where one is open. */
export function withoutComments(value: string): string | undefined {
  let depth = 0;
  let quoted = false;
  let plain = '';
  for (let place = 0; place < value.length; place++) {
    const sign = value.charAt(place);
    if (sign === '\\') {
      if (depth === 0) plain += value.slice(place, place + 2);
      place += 1;
    } else if (sign === '"' && depth === 0) {
      quoted = !quoted;
      plain += sign;
    } else if (sign === '(' && !quoted) {
      depth += 1;
      plain += depth === 1 ? ' ' : '';
    } else if (sign === ')' && !quoted) depth = Math.max(0, depth - 1);
    else if (depth === 0) plain += sign;
  }
  return quoted || depth > 0 ? undefined : plain;
}
