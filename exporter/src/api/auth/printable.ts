const MAX_NAME = 200;

/**
 * A name as it is stored and shown: without control, format and other invisible characters, which could reorder or
 * hide text in a log or a table. Empty where nothing is left.
 */
export function printable(name: string): string {
  return name.replaceAll(/\p{C}/gu, '').trim().slice(0, MAX_NAME);
}
