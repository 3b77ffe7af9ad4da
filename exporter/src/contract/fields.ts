/**
 * How a value is shown. `usd` are decimal strings, `day`, `month` and `time` text as described above, `providers` a
 * list of `ProviderCost`.
 */
export type FieldKind =
  | 'text'
  | 'day'
  | 'month'
  | 'time'
  | 'usd'
  | 'count'
  | 'tokens'
  | 'ratio'
  | 'milliseconds'
  | 'boolean'
  | 'json'
  | 'providers';

export type Fields<Row> = Readonly<Record<keyof Row, FieldKind>>;

/** Every field of a row with its kind; the compiler says what is missing. */
export function fields<Row>(kinds: Fields<Row>): Fields<Row> {
  return kinds;
}
