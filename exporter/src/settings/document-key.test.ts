import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { documentKey } from './document-key.ts';

let DATA_DIR: string;
beforeEach(async () => {
  DATA_DIR = await mkdtemp(join(tmpdir(), 'document-key-'));
});
afterEach(() => rm(DATA_DIR, { recursive: true }));

const settings = () => ({ DATA_DIR, DATABASE_URL: undefined, DOCUMENT_KEY: undefined });

it('makes one key for all processes of an installation, readable by its owner, and refuses a broken one', async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, () => documentKey(settings())));
  expect(new Set(keys).size).toBe(1);
  const path = join(DATA_DIR, 'document-key');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(Buffer.from(await readFile(path, 'utf8'), 'base64')).toHaveLength(32);
  await writeFile(path, 'short\n');
  await expect(documentKey(settings())).rejects.toThrow(/document-key must hold 32 bytes/);
});

it('takes a given key, and makes none beside a server of its own, which other exporters would not have', async () => {
  const given = randomBytes(32).toString('base64');
  expect(await documentKey({ ...settings(), DOCUMENT_KEY: given })).toBe(given);
  expect(await documentKey({ ...settings(), DATABASE_URL: 'postgres://db.example.com/books' })).toBeUndefined();
  expect(await readdir(DATA_DIR)).toEqual([]);
});
