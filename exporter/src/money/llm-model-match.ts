import type { MatchLogic, ModelInfo } from '@pydantic/genai-prices';
import { isPlace, isSameModel } from './llm-names.ts';

/**
 * Whether a rule of the price data means this model. Its rules accept whatever follows or precedes a known beginning
 * (`gpt-5-nano-` + anything); here only a date, a version, `latest` or `preview` may follow, and only a region or a
 * vendor may precede: another remainder is another model, whose price nobody stated. Case does not matter.
 */
export function namesModel({ id, match }: Pick<ModelInfo, 'id' | 'match'>, model: string): boolean {
  const name = model.toLowerCase();
  return holds(match, name) && leavesNothing(match, name) && isSameVersion(id, name);
}

/** The first models of families that go on under their name: `gemini-pro-latest` is not the `gemini-pro` of 2023. */
const FIRST_OF_FAMILY: ReadonlySet<string> = new Set(['gemini-pro']);

/** `titan-embed-text-v2:0` is not the `titan-embed-text-v1` whose rule its beginning satisfies. */
export function isSameVersion(id: string, name: string): boolean {
  if (FIRST_OF_FAMILY.has(id) && name.endsWith('-latest')) return false;
  const [ofId, ofName] = [id, name].map((text) => /-v(\d+)(?=[:.@-]|$)/.exec(text)?.[1]);
  return ofId === undefined || ofName === undefined || ofId === ofName;
}

/** The whole names that a rule means, and whether it means nothing else. */
export function wholeNames(match: MatchLogic): { readonly names: readonly string[]; readonly isWhole: boolean } {
  if ('equals' in match) return { names: [match.equals], isWhole: true };
  if (!('or' in match)) return { names: [], isWhole: false };
  const parts = match.or.map(wholeNames);
  return { names: parts.flatMap(({ names }) => names), isWhole: parts.every(({ isWhole }) => isWhole) };
}

function holds(match: MatchLogic, name: string): boolean {
  if ('or' in match) return match.or.some((one) => holds(one, name));
  if ('and' in match) return match.and.every((one) => holds(one, name));
  if ('equals' in match) return name === match.equals.toLowerCase();
  if ('starts_with' in match) return name.startsWith(match.starts_with.toLowerCase());
  if ('ends_with' in match) return name.endsWith(match.ends_with.toLowerCase());
  if ('contains' in match) return name.includes(match.contains.toLowerCase());
  return regexOf(match.regex).test(name);
}

const regexes = new Map<string, RegExp>();

/** A few dozen patterns of the pinned data, tried for many names. */
function regexOf(pattern: string): RegExp {
  const known = regexes.get(pattern);
  if (known !== undefined) return known;
  const regex = new RegExp(pattern);
  regexes.set(pattern, regex);
  return regex;
}

function leavesNothing(match: MatchLogic, name: string): boolean {
  if ('or' in match) return match.or.some((one) => holds(one, name) && leavesNothing(one, name));
  if ('and' in match) return match.and.some((one) => leavesNothing(one, name));
  if ('equals' in match) return name === match.equals.toLowerCase();
  // A negative look-ahead only excludes; a pattern with an end is as exact as a name.
  if ('regex' in match)
    return match.regex.endsWith('$') && !match.regex.includes('(?!') && regexOf(match.regex).test(name);
  if ('ends_with' in match) return isPlace(name.slice(0, -match.ends_with.length));
  const literal = ('starts_with' in match ? match.starts_with : match.contains).toLowerCase();
  const at = 'starts_with' in match ? 0 : name.indexOf(literal);
  return at >= 0 && isPlace(name.slice(0, at)) && follows(literal, name.slice(at + literal.length));
}

/** A literal may end inside a date (`claude-sonnet-4-2025`) or before a customer's own suffix (`ft:gpt-4o-2024-`). */
function follows(literal: string, rest: string): boolean {
  if (literal.startsWith('ft:') || literal.endsWith('.ft-')) return true;
  if (isSameModel(rest)) return true;
  const start = literal.search(/[-@](?:20\d{2}(?:-?\d{0,4})?|\d{0,3})?-?$/);
  return start > 0 && isSameModel(literal.slice(start).replace(/-$/, '-') + rest);
}
