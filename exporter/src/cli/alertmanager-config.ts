import { loadAlertSettings } from '../alerting/alertmanager-config.ts';
import { writeAlertmanager } from '../alerting/write-alertmanager.ts';
import { runCommand, UsageError } from '../app/run-command.ts';
import { withEnvFile } from '../settings/environment.ts';

const USAGE = `Usage: alertmanager-config BASE FOLDER

Writes Alertmanager's configuration into FOLDER: the file BASE (provisioning/alertmanager/alertmanager.yml) with the
receivers that the ALERT_ settings name, from the environment or the .env of the working directory. For compose.`;

await runCommand(async () => {
  const [base, folder, ...more] = process.argv.slice(2);
  if (base === undefined || folder === undefined || more.length > 0)
    throw new UsageError('give a base file and a folder');
  process.stdout.write(
    `${await writeAlertmanager({ base, folder, settings: loadAlertSettings(withEnvFile(process.env)) })}\n`,
  );
  return 0;
}, USAGE);
