// Ends a CI run: prints what failed, then the counts of tests and checks alone on a line. Takes the exit code
// of `npm test`.
import { readFileSync } from 'node:fs';
import { CHECKS } from './checks.mjs';

const read = (name) => {
  try {
    return JSON.parse(readFileSync(new URL(`../.cache/${name}`, import.meta.url), 'utf8'));
  } catch {
    return undefined;
  }
};

const given = Number(process.argv[2] ?? 1);
const tests = read('vitest.json');
const checks = read('checks.json') ?? {};
let passed = tests?.numPassedTests ?? 0;
let failed = tests?.numFailedTests ?? 0;
const skipped = (tests?.numPendingTests ?? 0) + (tests?.numTodoTests ?? 0);

for (const file of tests?.testResults ?? []) {
  const broken = file.assertionResults.filter((result) => result.status === 'failed');
  for (const result of broken) console.log(`failed: ${file.name}: ${result.fullName}`);
  // A file that could not be loaded, or whose hooks failed, has no failed test of its own.
  if (file.status !== 'failed' || broken.length > 0) continue;
  failed += 1;
  console.log(`failed: ${file.name}: ${file.message}`);
}
for (const name of CHECKS) {
  if (checks[name] === 0) passed += 1;
  else {
    failed += 1;
    console.log(`failed: ${name}`);
  }
}
// A run that died, an unhandled error outside every test, or no test at all is a failure too.
if (failed === 0 && (given !== 0 || tests === undefined || passed <= CHECKS.length)) {
  failed = 1;
  console.log(`failed: npm test ended with ${given}`);
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 ? 0 : 1);
