import { readFile } from 'node:fs/promises';
import { writeMonitoringAccess } from '../alerting/monitoring-access.ts';
import { runCommand, UsageError } from '../app/run-command.ts';

const USAGE = `Usage: monitoring-access PASSWORD_FILE FOLDER

Writes into FOLDER what gives Prometheus and Alertmanager the password in PASSWORD_FILE (web.yml, http.yml). For compose.`;

await runCommand(async () => {
  const [file, folder, ...more] = process.argv.slice(2);
  if (file === undefined || folder === undefined || more.length > 0)
    throw new UsageError('give a file with the password and a folder');
  const password = (await readFile(file, 'utf8')).trim();
  if (password.length < 16) throw new Error(`${file} must hold a password of at least 16 characters`);
  await writeMonitoringAccess(folder, password);
  return 0;
}, USAGE);
