import type { z } from 'zod';

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** The fields of a zod error, in the caller's own names; unknown ones are named one by one. */
export function fieldErrors(error: z.ZodError, whole: string): FieldError[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys') return [{ field: path.join('.') || whole, message: issue.message }];
    return issue.keys.map((key) => ({ field: [...path, key].join('.').slice(0, 200), message: 'is not known here' }));
  });
}
