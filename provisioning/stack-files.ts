import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAlertSettings } from '../exporter/src/alerting/alertmanager-config.ts';
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

const TEN_YEARS_S = 10 * 365 * 86_400;

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
  return { folder, config, alerts, ports, demo, secrets: await makeSecrets(join(config, 'secrets')) };
}

/** Secrets in files that only their owner can read; existing ones stay. */
export async function makeSecrets(folder: string): Promise<Secrets> {
  const jwtSecret = await existingOr(folder, 'jwt-secret', random);
  const token = (role: 'viewer' | 'admin', subject: string) => async () =>
    mintToken(jwtSecret, {
      role,
      subject,
      expiresAt: Math.floor(Date.now() / 1000) + TEN_YEARS_S,
      roleClaim: 'role',
      issuer: undefined,
      audience: undefined,
    });
  return {
    jwtSecret,
    metricsToken: await existingOr(folder, 'metrics-token', random),
    readToken: await existingOr(folder, 'read-token', token('viewer', 'grafana')),
    writeToken: await existingOr(folder, 'write-token', token('admin', 'grafana-billing')),
    grafanaPassword: await existingOr(folder, 'grafana-admin-password', random),
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
