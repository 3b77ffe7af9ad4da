import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../process/package-root.ts';
import { SETTINGS } from '../settings/schema.ts';
import { generatedFiles } from './generated-files.ts';

test.each(Object.entries(generatedFiles()))('%s is what npm run docs makes', async (path, content) => {
  expect(await readFile(join(packageRoot(), '..', path), 'utf8')).toBe(content);
});

test.each(Object.keys(SETTINGS))('%s is in the example and in the documentation', (name) => {
  expect(generatedFiles()['.env.example']).toContain(`\n# ${name}=`);
  expect(generatedFiles()['docs/settings.md']).toContain(`| \`${name}\``);
});
