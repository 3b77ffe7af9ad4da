import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { MONITORING_USER } from '../exporter/src/alerting/monitoring-access.ts';
import { withEnvFile } from '../exporter/src/settings/environment.ts';
import { findAlertmanager, findGrafana, findPrometheus, type Program } from './programs.ts';
import { serviceEnvironment } from './service-environment.ts';
import { layOut, type Layout } from './stack-files.ts';

const ROOT = join(import.meta.dirname, '..');
const USAGE = `Usage: npm run stack -- [--demo] [--data DIR] [--grafana-port 3000] [--exporter-port 9464]
                    [--prometheus-port 9090] [--alertmanager-port 9093]

Runs the exporter with its own database, Prometheus, Alertmanager and Grafana from the programs that are installed, with
the files of provisioning/ that compose mounts too. Everything listens on 127.0.0.1 only. Ctrl-C stops all of it.
  --demo  invented figures of six months, in a database of their own`;

interface Service {
  readonly name: string;
  readonly url: string;
  readonly readyPath: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What its readiness is asked with. */
  readonly authorization?: string;
}

function portOf(text: string, option: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`--${option} must be a port from 1 to 65535, not "${text}"`);
  return port;
}

/** What can run here, in the order in which it starts. */
function servicesOf(layout: Layout): { services: Service[]; missing: Program[] } {
  const { ports, secrets, folder } = layout;
  const local = (port: number): string => `http://127.0.0.1:${port}`;
  const prometheus = findPrometheus(process.env);
  const alertmanager = findAlertmanager(process.env);
  const grafana = findGrafana(process.env);
  const webConfig = join(layout.config, 'secrets', 'web.yml');
  const authorization = `Basic ${Buffer.from(`${MONITORING_USER}:${secrets.monitoringPassword}`).toString('base64')}`;
  const services: Service[] = [
    {
      name: 'exporter',
      url: local(ports.exporter),
      readyPath: '/-/ready',
      command: process.execPath,
      args: [join(ROOT, 'exporter', 'src', 'main.ts')],
      env: {
        HOST: '127.0.0.1',
        PORT: String(ports.exporter),
        DATA_DIR: join(folder, 'exporter'),
        METRICS_TOKEN: secrets.metricsToken,
        JWT_SECRET: secrets.jwtSecret,
        GRAFANA_URL: local(ports.grafana),
        ...(layout.demo ? { DEMO: 'true' } : {}),
      },
    },
  ];
  if (alertmanager.path !== undefined) {
    services.push({
      name: 'alertmanager',
      url: local(ports.alertmanager),
      readyPath: '/-/ready',
      command: alertmanager.path,
      env: {},
      authorization,
      args: [
        `--config.file=${join(layout.config, 'rendered', 'alertmanager.yml')}`,
        `--storage.path=${join(folder, 'alertmanager')}`,
        `--web.listen-address=127.0.0.1:${ports.alertmanager}`,
        `--web.config.file=${webConfig}`,
        '--cluster.listen-address=',
        '--log.level=warn',
      ],
    });
  }
  if (prometheus.path !== undefined) {
    services.push({
      name: 'prometheus',
      url: local(ports.prometheus),
      readyPath: '/-/ready',
      command: prometheus.path,
      env: {},
      authorization,
      args: [
        `--config.file=${join(layout.config, 'prometheus', 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'prometheus')}`,
        `--web.listen-address=127.0.0.1:${ports.prometheus}`,
        `--web.config.file=${webConfig}`,
        // No web page may read its answers, whatever password a browser remembers.
        '--web.cors.origin=none',
        '--log.level=warn',
      ],
    });
  }
  if (grafana.path !== undefined && grafana.home !== undefined) {
    services.push({
      name: 'grafana',
      url: local(ports.grafana),
      readyPath: '/api/health',
      command: grafana.path,
      args: [
        ...grafana.command,
        `--homepath=${grafana.home}`,
        `--config=${join(grafana.home, 'conf', 'defaults.ini')}`,
      ],
      env: {
        GF_SERVER_HTTP_ADDR: '127.0.0.1',
        GF_SERVER_HTTP_PORT: String(ports.grafana),
        GF_PATHS_DATA: join(folder, 'grafana'),
        GF_PATHS_LOGS: join(folder, 'grafana', 'log'),
        GF_PATHS_PLUGINS: join(folder, 'plugins'),
        GF_PATHS_PROVISIONING: join(ROOT, 'provisioning', 'grafana'),
        GF_LOG_LEVEL: 'warn',
        GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: 'marginboard-business-app,marginboard-business-datasource',
        GF_PLUGINS_PREINSTALL_DISABLED: 'true',
        GF_SECURITY_ADMIN_USER: 'admin',
        GF_SECURITY_ADMIN_PASSWORD: secrets.grafanaPassword,
        GF_ANALYTICS_REPORTING_ENABLED: 'false',
        GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
        GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
        GF_NEWS_NEWS_FEED_ENABLED: 'false',
        GF_SECURITY_DISABLE_GRAVATAR: 'true',
        MARGINBOARD_URL: local(ports.exporter),
        MARGINBOARD_READ_TOKEN: secrets.readToken,
        MARGINBOARD_WRITE_TOKEN: secrets.writeToken,
        PROMETHEUS_URL: local(ports.prometheus),
        PROMETHEUS_BASIC_AUTH: 'true',
        PROMETHEUS_PASSWORD: secrets.monitoringPassword,
      },
    });
  }
  return {
    services,
    missing: [
      prometheus,
      alertmanager,
      { ...grafana, path: grafana.home === undefined ? undefined : grafana.path },
    ].filter(({ path }) => path === undefined),
  };
}

async function untilReady(
  { url, readyPath, name, authorization }: Service,
  child: ChildProcess,
  signal: AbortSignal,
): Promise<void> {
  for (
    let attempt = 0;
    attempt < 240 && !signal.aborted && child.exitCode === null && child.signalCode === null;
    attempt += 1
  ) {
    const answer = await fetch(`${url}${readyPath}`, {
      signal: AbortSignal.timeout(2_000),
      headers: authorization === undefined ? {} : { authorization },
    }).catch(() => undefined);
    if (answer?.ok === true) return;
    await sleep(500, undefined, { signal }).catch(() => undefined);
  }
  if (!signal.aborted)
    throw new Error(`${name} did not become ready at ${url}${readyPath}; its own messages stand above`);
}

/** Grafana does not start with a provisioned app that is not there; on a fresh clone nobody has built it yet. */
async function buildPlugin(): Promise<void> {
  console.log('building the plugin (once) …');
  const child = spawn('npm', ['run', 'build', '--workspace', 'grafana-plugin', '--silent'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error('the plugin could not be built; the reason stands above');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 12_000);
  await ended;
  clearTimeout(timer);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      demo: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      data: { type: 'string' },
      'grafana-port': { type: 'string', default: '3000' },
      'exporter-port': { type: 'string', default: '9464' },
      'prometheus-port': { type: 'string', default: '9090' },
      'alertmanager-port': { type: 'string', default: '9093' },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const layout = await layOut({
    root: ROOT,
    demo: values.demo,
    env: withEnvFile(process.env),
    folder: values.data ?? join(ROOT, '.data', values.demo ? 'stack-demo' : 'stack'),
    ports: {
      exporter: portOf(values['exporter-port'], 'exporter-port'),
      prometheus: portOf(values['prometheus-port'], 'prometheus-port'),
      alertmanager: portOf(values['alertmanager-port'], 'alertmanager-port'),
      grafana: portOf(values['grafana-port'], 'grafana-port'),
    },
  });
  const { services, missing } = servicesOf(layout);
  for (const { name, remedy } of missing) console.log(`${name} is not installed and does not run: ${remedy}`);
  if (
    services.some(({ name }) => name === 'grafana') &&
    !existsSync(join(ROOT, 'grafana-plugin', 'dist', 'plugin.json'))
  )
    await buildPlugin();
  const stopping = new AbortController();
  const children: ChildProcess[] = [];
  const ended = Promise.withResolvers<number>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stopping.abort();
      ended.resolve(0);
    });
  }
  try {
    for (const service of services) {
      if (stopping.signal.aborted) break;
      const child = spawn(service.command, service.args, {
        env: { ...serviceEnvironment(service.name, process.env), ...service.env },
        stdio: ['ignore', 'inherit', 'inherit'],
        detached: true,
      });
      children.push(child);
      child.once('error', (error) => console.error(`${service.name} cannot run: ${error.message}`));
      child.once('exit', (code, signal) => {
        if (!stopping.signal.aborted)
          console.error(`${service.name} ended by itself (${signal ?? String(code)}): stopping the rest`);
        ended.resolve(stopping.signal.aborted ? 0 : 1);
      });
      await untilReady(service, child, stopping.signal);
      console.log(`${service.name.padEnd(13)} ${service.url}`);
    }
    if (services.some(({ name }) => name === 'alertmanager')) console.log(layout.alerts);
    if (services.some(({ name }) => name === 'prometheus' || name === 'alertmanager'))
      console.log(
        `Prometheus and Alertmanager ask for the user ${MONITORING_USER}; the password is in ` +
          join(layout.config, 'secrets', 'monitoring-password'),
      );
    if (services.some(({ name }) => name === 'grafana'))
      console.log(`Sign in as admin; the password is in ${join(layout.config, 'secrets', 'grafana-admin-password')}`);
    return await ended.promise;
  } finally {
    stopping.abort();
    // The database's clients first.
    for (const child of children.reverse()) await end(child);
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
