import type { FieldError } from './entry-schema.ts';

export interface RefusalDetails {
  /** `invalid`: a field is wrong. `conflict`: it collides with what is stored. `unknown`: there is no such row. */
  readonly kind: 'invalid' | 'conflict' | 'unknown';
  readonly errors?: readonly FieldError[];
  /** The stored row that is in the way, or the version to name instead. */
  readonly adjustmentId?: string;
}

/** An entry, a correction or a void that is not stored; the message is for a person. */
export class InvoiceRefusal extends Error {
  override readonly name = 'InvoiceRefusal';
  readonly details: RefusalDetails;

  constructor(message: string, details: RefusalDetails) {
    super(message);
    this.details = details;
  }
}

export function refuseInvalid(errors: readonly FieldError[]): InvoiceRefusal {
  return new InvoiceRefusal('The request has invalid fields.', { kind: 'invalid', errors });
}

export function refuseConflict(field: string, message: string, adjustmentId?: string): InvoiceRefusal {
  return new InvoiceRefusal(`${field} ${message}`, {
    kind: 'conflict',
    errors: [{ field, message }],
    ...(adjustmentId !== undefined && { adjustmentId }),
  });
}
