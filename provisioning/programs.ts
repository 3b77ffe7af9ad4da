import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** A program that is installed, and what to do where it is not. */
export interface Program {
  readonly name: string;
  /** Absolute path; undefined where it is missing. */
  readonly path: string | undefined;
  readonly remedy: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The first of `names` on PATH. */
export function onPath(names: readonly string[], env: Environment): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function findPrometheus(env: Environment): Program {
  return {
    name: 'Prometheus',
    path: env['PROMETHEUS_BIN'] ?? onPath(['prometheus'], env),
    remedy: 'install it (Debian: apt install prometheus) or set PROMETHEUS_BIN',
  };
}

export function findAlertmanager(env: Environment): Program {
  return {
    name: 'Alertmanager',
    path: env['ALERTMANAGER_BIN'] ?? onPath(['alertmanager', 'prometheus-alertmanager'], env),
    remedy: 'install it (Debian: apt install prometheus-alertmanager) or set ALERTMANAGER_BIN',
  };
}

export interface Grafana extends Program {
  /** Where conf/ and public/ are. */
  readonly home: string | undefined;
  /** What comes before the server's own flags. */
  readonly command: readonly string[];
}

/** GRAFANA_BIN, or bin/ of GRAFANA_HOME, or PATH; both `grafana server` and the older `grafana-server`. */
export function findGrafana(env: Environment): Grafana {
  const home = env['GRAFANA_HOME'];
  const inHome =
    home === undefined
      ? undefined
      : ['grafana', 'grafana-server'].map((name) => join(home, 'bin', name)).find(isExecutable);
  const path = env['GRAFANA_BIN'] ?? inHome ?? onPath(['grafana', 'grafana-server'], env);
  const beside = path !== undefined && existsSync(path) ? dirname(dirname(realpathSync(path))) : undefined;
  const found = [home, '/usr/share/grafana', beside].find(
    (folder) => folder !== undefined && existsSync(join(folder, 'conf', 'defaults.ini')),
  );
  return {
    name: 'Grafana',
    path,
    home: found,
    command: path?.endsWith('grafana-server') === true ? [] : ['server'],
    remedy: 'install Grafana 12.3 and put it on PATH, or set GRAFANA_HOME to its folder',
  };
}
