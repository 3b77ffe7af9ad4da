/**
 * Several values of a filter in one text, `{a,b}`, as Grafana's format `glob` writes them; but a comma inside a value,
 * as in the plan "Business, yearly", is written `\,`, so that it does not become two.
 */
export function writtenValues(values: readonly string[]): string {
  const [first = ''] = values;
  return values.length <= 1
    ? first
    : `{${values.map((value) => value.replaceAll(/[\\,]/g, String.raw`\$&`)).join(',')}}`;
}

export function readValues(written: string): string[] {
  const several = /^\{(.*)\}$/s.exec(written)?.[1];
  if (several === undefined) return [written];
  return (several.match(/(?:\\.|[^,\\])+/gs) ?? []).map((value) => value.replaceAll(/\\(.)/gs, '$1'));
}

/** For Grafana's `replace`: what it puts into a filter for a variable. */
export const severalValues = (value: unknown): string =>
  Array.isArray(value) ? writtenValues(value.map(String)) : String(value);
