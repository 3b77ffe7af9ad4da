import { RawUsageDropped } from '../../llm/maintenance/raw-retention.ts';
import { invalid } from '../http/problem.ts';

/** Answers 400 where `work` needs raw usage of days whose raw rows were dropped. */
export async function orRawUsageDropped<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof RawUsageDropped ? invalid([{ field: 'from', message: error.message }]) : error;
  }
}
