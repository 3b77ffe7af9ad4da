import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `env` with the variables of the nearest `.env` (working directory, else the repository's root) beneath it: the real
 * environment wins.
 */
export function withEnvFile(
  env: Environment,
  directories: readonly string[] = [process.cwd(), ...repositoryRoot()],
): Environment {
  const file = directories.map((directory) => join(directory, '.env')).find((path) => existsSync(path));
  return file === undefined ? env : { ...parseEnv(readFileSync(file, 'utf8')), ...env };
}

/**
 * The first folder above this file that holds the exporter workspace; the same from `src` and from a bundle in
 * `dist`.
 */
function repositoryRoot(): string[] {
  for (let at = dirname(fileURLToPath(import.meta.url)); at !== dirname(at); at = dirname(at)) {
    if (existsSync(join(at, 'exporter', 'package.json'))) return [at];
  }
  return [];
}
