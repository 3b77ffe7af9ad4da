import { join } from 'node:path';
import { cruise, type IFlattenedRuleSet } from 'dependency-cruiser';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const TESTS = '\\.test\\.tsx?$';

const RULES: Required<Pick<IFlattenedRuleSet, 'forbidden'>> = {
  forbidden: [
    {
      name: 'no circles: of two modules that need each other neither can be understood or loaded first',
      severity: 'error',
      from: {},
      // A circle that holds a type-only import is gone when the program runs: the editors that the plugin loads lazily
      // name the types of the data source which loads them.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'collectors know neither the API nor who runs them',
      severity: 'error',
      from: { path: '^exporter/src/collectors/', pathNot: TESTS },
      to: { path: '^exporter/src/(api|app|cli|runner)/' },
    },
    {
      name: 'the API is imported only where the process is put together',
      severity: 'error',
      from: { path: '^exporter/src/(?!api/|app/|cli/|docs/|main)', pathNot: TESTS },
      to: { path: '^exporter/src/api/' },
    },
    {
      name: 'only the API speaks HTTP with Express',
      severity: 'error',
      from: { path: '^exporter/src/(?!api/)', pathNot: TESTS },
      to: { path: '(^|/)express(/|$)' },
    },
    {
      name: 'money is arithmetic: no database, provider or HTTP',
      severity: 'error',
      from: { path: '^exporter/src/money/', pathNot: TESTS },
      to: { path: '^exporter/src/(?!money/|contract/)' },
    },
    {
      name: 'database/ knows connections and migrations, not what is stored',
      severity: 'error',
      from: { path: '^exporter/src/database/', pathNot: TESTS },
      to: { path: '^exporter/src/(?!database/|process/|settings/|contract/|money/days)' },
    },
    {
      name: 'process/ knows nothing of the domains',
      severity: 'error',
      from: { path: '^exporter/src/process/', pathNot: TESTS },
      to: { path: '^exporter/src/(?!process/|settings/)' },
    },
  ],
};

test('imports go one way', { timeout: 120_000 }, async () => {
  const { output } = await cruise(['exporter/src', 'grafana-plugin/src', 'dashboards/src'], {
    baseDir: ROOT,
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    validate: true,
    ruleSet: RULES,
  });
  if (typeof output === 'string') throw new TypeError('dependency-cruiser answered with text');
  expect(output.summary.totalCruised).toBeGreaterThan(400);
  const found = output.summary.violations.map(({ rule, from, to, cycle = [] }) =>
    [rule.name, from, ...(cycle.length > 0 ? cycle.map(({ name }) => name) : [to])].join(' → '),
  );
  expect(found).toEqual([]);
});
