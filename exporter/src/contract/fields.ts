/**
 * How a value is shown. `usd` are decimal strings in USD, `amount` in the currency that stands beside it; `day`, `month`
 * and `time` text as in `answers.ts`; `providers` a list of `ProviderCost`.
 */
export type FieldKind =
  | 'text'
  | 'day'
  | 'month'
  | 'time'
  | 'usd'
  | 'amount'
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
