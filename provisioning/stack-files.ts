import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAlertSettings } from '../exporter/src/alerting/alertmanager-config.ts';
import { writeMonitoringAccess } from '../exporter/src/alerting/monitoring-access.ts';
import { writeAlertmanager } from '../exporter/src/alerting/write-alertmanager.ts';
import { mintToken } from '../exporter/src/api/auth/mint.ts';
import type { Environment } from '../exporter/src/settings/environment.ts';

export interface Ports {
  readonly exporter: number;
  readonly prometheus: number;
  readonly alertmanager: number;
  readonly grafana: number;
}

export interface Secrets {
  readonly jwtSecret: string;
  readonly metricsToken: string;
  readonly readToken: string;
  readonly writeToken: string;
  readonly grafanaPassword: string;
  /** Of Prometheus and Alertmanager. */
  readonly monitoringPassword: string;
}

export interface Layout {
  readonly folder: string;
  /**
   * Holds prometheus/ and alertmanager/ (the files of provisioning/ themselves), rendered/, targets/ and secrets/, as
   * compose mounts them.
   */
  readonly config: string;
  /** Who receives alerts, in words. */
  readonly alerts: string;
  readonly ports: Ports;
  readonly secrets: Secrets;
  readonly demo: boolean;
}

/** Tokens are made again at each start, so that one that leaked ends with the stack it came from. */
const TOKEN_LIFETIME_S = 30 * 86_400;

export interface LayoutOptions {
  readonly root: string;
  readonly folder: string;
  readonly ports: Ports;
  readonly demo: boolean;
  /** Where the ALERT_ settings come from. */
  readonly env: Environment;
}

/**
 * Makes the folder of a stack: configuration by links to `provisioning/`, receivers of alerts, its own targets, secrets
 * that are made once.
 */
export async function layOut({ root, folder, ports, demo, env }: LayoutOptions): Promise<Layout> {
  const config = join(folder, 'config');
  for (const path of [
    'config/targets',
    'config/secrets',
    'plugins',
    'grafana',
    'prometheus',
    'alertmanager',
    'exporter',
  ])
    await mkdir(join(folder, path), { recursive: true, mode: 0o700 });
  await link(join(root, 'provisioning', 'prometheus'), join(config, 'prometheus'));
  await link(join(root, 'provisioning', 'alertmanager'), join(config, 'alertmanager'));
  await link(join(root, 'grafana-plugin', 'dist'), join(folder, 'plugins', 'marginboard-business-app'));
  await writeFile(join(config, 'targets', 'exporter.yml'), `- targets: ['127.0.0.1:${ports.exporter}']\n`);
  await writeFile(join(config, 'targets', 'alertmanager.yml'), `- targets: ['127.0.0.1:${ports.alertmanager}']\n`);
  const alerts = await writeAlertmanager({
    base: join(root, 'provisioning', 'alertmanager', 'alertmanager.yml'),
    folder: join(config, 'rendered'),
    // Invented figures alarm nobody.
    settings: loadAlertSettings(demo ? {} : env),
  });
  const secrets = await makeSecrets(join(config, 'secrets'));
  await writeMonitoringAccess(join(config, 'secrets'), secrets.monitoringPassword);
  return { folder, config, alerts, ports, demo, secrets };
}

/** Secrets in files that only their owner can read; existing ones stay, tokens are made again. */
export async function makeSecrets(folder: string): Promise<Secrets> {
  const jwtSecret = await existingOr(folder, 'jwt-secret', random);
  const token = async (name: string, role: 'viewer' | 'admin', subject: string): Promise<string> => {
    const value = await mintToken(jwtSecret, {
      id: randomUUID(),
      role,
      subject,
      expiresAt: Math.floor(Date.now() / 1000) + TOKEN_LIFETIME_S,
      roleClaim: 'role',
    });
    await writeFile(join(folder, name), value, { mode: 0o600 });
    return value;
  };
  return {
    jwtSecret,
    metricsToken: await existingOr(folder, 'metrics-token', random),
    readToken: await token('read-token', 'viewer', 'grafana'),
    writeToken: await token('write-token', 'admin', 'grafana-billing'),
    grafanaPassword: await existingOr(folder, 'grafana-admin-password', random),
    monitoringPassword: await existingOr(folder, 'monitoring-password', random),
  };
}

const random = (): string => randomBytes(24).toString('base64url');

async function existingOr(folder: string, name: string, make: () => string | Promise<string>): Promise<string> {
  const path = join(folder, name);
  const before = await readFile(path, 'utf8').catch(() => '');
  if (before.trim() !== '') return before.trim();
  const value = await make();
  await writeFile(path, value, { mode: 0o600 });
  return value;
}

async function link(target: string, path: string): Promise<void> {
  await rm(path, { force: true });
  await symlink(target, path);
}
