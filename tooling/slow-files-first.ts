import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take half a minute and more; begun last, one of them would run alone while the other processor waits. */
const SLOW = [
  'test/faults/faults.test.ts',
  'stripe/reading/list-faults.test.ts',
  'app/pairs.test.ts',
  'app/inbox-whole-way.test.ts',
  'api/schemathesis.test.ts',
  'collectors/llm/cases.test.ts',
  'alert-mail.test.ts',
  'alert-rules.test.ts',
  'wrong-data-dir.test.ts',
];

/** Vitest begins with the largest files; here the slow ones come before them. */
export class SlowFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification): boolean => SLOW.some((name) => moduleId.endsWith(name));
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
