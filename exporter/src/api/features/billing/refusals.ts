import { InvoiceRefusal } from '../../../invoices/refusal.ts';
import { HttpProblem, invalid } from '../../http/problem.ts';

const STATUS = { invalid: 400, conflict: 409, unknown: 404 } as const;

/** Runs a change of invoices; what it refuses becomes a problem document. */
export async function orProblem<Result>(change: Promise<Result>): Promise<Result> {
  try {
    return await change;
  } catch (error) {
    throw error instanceof InvoiceRefusal ? problemOf(error) : error;
  }
}

function problemOf({ message, details: { kind, errors = [], adjustmentId } }: InvoiceRefusal): HttpProblem {
  if (kind === 'invalid') return invalid(errors, message);
  return new HttpProblem(STATUS[kind], message, {
    ...(errors.length > 0 && { errors }),
    ...(adjustmentId !== undefined && { members: { adjustmentId } }),
  });
}
