import { SQLSTATE, errorCode } from '../../../database/errors.ts';
import { PriceConflict } from '../../../llm/pricing/contract-prices.ts';
import { HttpProblem } from '../../http/problem.ts';

/** Answers 409 where a price cannot be added beside the stored ones. */
export async function orConflict<Result>(change: Promise<Result>): Promise<Result> {
  try {
    return await change;
  } catch (error) {
    if (!(error instanceof PriceConflict)) throw error;
    const { field, fieldMessage, message } = error;
    throw new HttpProblem(409, message, { errors: [{ field, message: fieldMessage }] });
  }
}

/**
 * Answers 503 where a long synchronisation holds the lock of LLM usage: not the caller's fault, and worth another try.
 */
export async function orBusy<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (errorCode(error) !== SQLSTATE.lockNotAvailable) throw error;
    throw new HttpProblem(503, 'LLM usage is being stored at the moment. Try again shortly.', {
      headers: { 'Retry-After': '15' },
    });
  }
}
