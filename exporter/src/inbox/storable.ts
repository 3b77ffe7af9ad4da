/** A text as Postgres can store it: without NUL, and without half of a character that a cut has left. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** As JSON, every text in it storable. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === 'string' ? storable(one) : one));
}
