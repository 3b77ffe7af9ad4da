import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hash } from 'bcryptjs';

/** The user of Prometheus and Alertmanager in the stack. */
export const MONITORING_USER = 'marginboard';

const ROUNDS = 10;

/**
 * Writes what gives Prometheus and Alertmanager one password, readable by its owner only: `web.yml` for their
 * `--web.config.file`, `http.yml` for promtool and amtool, and `monitoring-password` for whoever asks them. Without it
 * any web page that a browser on this machine opens could read the figures and silence every alert.
 */
export async function writeMonitoringAccess(folder: string, password: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const put = async (name: string, content: string): Promise<void> => {
    const path = join(folder, name);
    await writeFile(`${path}.part`, content, { mode: 0o600 });
    await rename(`${path}.part`, path);
  };
  await put('monitoring-password', password);
  await put('web.yml', `basic_auth_users:\n  ${MONITORING_USER}: ${await hash(password, ROUNDS)}\n`);
  await put(
    'http.yml',
    // Relative: the folder has another path where it is mounted.
    `basic_auth:\n  username: ${MONITORING_USER}\n  password_file: monitoring-password\n`,
  );
}
