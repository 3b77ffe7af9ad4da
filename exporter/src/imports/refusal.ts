export const REFUSALS = {
  empty: 400,
  too_large: 413,
  unknown_kind: 415,
  too_many_pages: 422,
  unpacks_too_large: 422,
  no_text: 422,
  encrypted: 422,
  unreadable: 422,
  wrong_header: 422,
  xml_refused: 422,
  xml_unknown: 422,
  too_many_rows: 422,
  timed_out: 422,
  too_much_memory: 422,
  busy: 503,
} as const;
export type RefusalCode = keyof typeof REFUSALS;

export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(REFUSALS, code);
}

/** A file that is not read, with the reason for a person. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}
