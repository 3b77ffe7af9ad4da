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

/**
 * Vitest begins with the largest files; here the slow ones come before them. The short ones of the plugin come last, since
 * each of them ends the worker that the others share.
 */
export class SlowFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification): number => {
      if (SLOW.some((name) => moduleId.endsWith(name))) return 0;
      return project.config.isolate ? 2 : 1;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
