import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take half a minute and more; begun last, one of them would run alone while the other processor waits. */
const SLOW = [
  'test/faults/faults.test.ts',
  'app/pairs.test.ts',
  'stripe/reading/list-faults.test.ts',
  'e2e/alert-mail.test.ts',
  'provisioning/alert-rules.test.ts',
  'stripe/revenue-cases.test.ts',
  'api/schemathesis.test.ts',
  'app/inbox-whole-way.test.ts',
  'app/earlier-release.test.ts',
  'collectors/llm/cases.test.ts',
  'collectors/estimates-year.test.ts',
  'collectors/infrastructure-year.test.ts',
  'cli/db-backup.test.ts',
  'app/wrong-data-dir.test.ts',
  'app/full-disk.test.ts',
  'test/faults/flood.test.ts',
  'soak/soak.test.ts',
];

/** Vitest begins with the largest files; here the slow ones come before them. */
export class SlowFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification): boolean => SLOW.some((name) => moduleId.endsWith(name));
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
