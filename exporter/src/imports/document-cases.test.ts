import { describe, expect, it } from 'vitest';
import { judge } from '../../test/document-cases/document-case.ts';
import { DOCUMENT_CASES } from '../../test/document-cases/index.ts';
import { readBytes } from './read-bytes.ts';

// The same table, in part, goes through the endpoint in `api/features/billing-import/document-cases.test.ts`; there a
// thread is started for each file.
describe.each(Object.entries(DOCUMENT_CASES))('documents: %s', (_group, cases) => {
  it.each(cases)('$name', async (one) => {
    expect(judge(one, await readBytes(one.file())).faults).toEqual([]);
  });
});
