import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderAlertmanager, type AlertSettings } from './alertmanager-config.ts';

/**
 * Writes `alertmanager.yml` and `links.tmpl` into `folder`, readable by their owner only; resolves to what the
 * command prints.
 */
export async function writeAlertmanager({
  base,
  folder,
  settings,
}: {
  base: string;
  folder: string;
  settings: AlertSettings;
}): Promise<string> {
  const { config, links, summary } = renderAlertmanager(await readFile(base, 'utf8'), settings);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await put(join(folder, 'alertmanager.yml'), config);
  await put(join(folder, 'links.tmpl'), links);
  return summary;
}

/** By rename: never half a file for a reload in between. */
async function put(path: string, content: string): Promise<void> {
  await writeFile(`${path}.part`, content, { mode: 0o600 });
  await rename(`${path}.part`, path);
}
