/**
 * Text as documents give it, made comparable. Extraction loses hyphens (they arrive as NUL or nothing) and mixes
 * spaces.
 */

const SPACES = /[\s\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2060\ufeff\ufffd]+/g;
const HYPHENS = /[\u00ad\u2010\u2011\u2212]/g;
const DASHES = /[\u2012\u2014\u2015]/g;
/** A hosted invoice needs no login: anyone with its address sees it. Any link goes, with or without a scheme. */
const LINKS = /(?:\b[a-z][a-z0-9+.-]{1,15}:\/\/|\bwww\.|\b(?:[a-z0-9-]{1,60}\.){1,4}stripe\.com\b)[^\s<>"')\]]*/gi;

/** Letters, digits and signs of East Asian width; their ASCII twins lie at a fixed distance. */
const FULL_WIDTH = /[\uff01-\uff5e]/g;

/** Single spaces, one kind of hyphen and dash, ASCII digits, no control characters, no links. */
export function cleaned(text: string): string {
  return narrowed(text).replace(LINKS, ' ').replace(HYPHENS, '-').replace(DASHES, '–').replace(SPACES, ' ').trim();
}

function narrowed(text: string): string {
  return text
    .replace(FULL_WIDTH, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0))
    .replaceAll('\uffe5', '¥')
    .replaceAll('\uffe1', '£');
}

/** Lower case without accents, of the same length, so that a place in it is a place in `text`. */
export function folded(text: string): string {
  return text
    .replace(/[^\u0000-\u007f]/g, (letter) => letter.normalize('NFD')[0] ?? letter)
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll('`', "'");
}

export interface Cell {
  readonly text: string;
  readonly x: number;
}

/** One printed row: its cells from left to right. */
export interface Row {
  readonly place: string;
  readonly cells: readonly Cell[];
  readonly text: string;
}

export function rowOf(place: string, cells: readonly Cell[]): Row | undefined {
  const filled = cells.map(({ text, x }) => ({ text: cleaned(text), x })).filter(({ text }) => text !== '');
  return filled.length === 0 ? undefined : { place, cells: filled, text: filled.map(({ text }) => text).join(' ') };
}

/** Where something was read, for a person: the place and the row, cut. */
export function quoted(row: Row): string {
  const text = row.text.length > 160 ? `${row.text.slice(0, 157)}…` : row.text;
  return `${row.place}: “${text}”`;
}
