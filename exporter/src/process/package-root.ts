import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The exporter's own folder, from the sources as well as from the bundle in dist. */
export function packageRoot(from: string = import.meta.url): string {
  for (let folder = dirname(fileURLToPath(from)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'migrations')) && existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder))
      throw new Error(
        `the folder migrations was not found above ${fileURLToPath(from)}: the installation is incomplete`,
      );
  }
}
