import { collectDefaultMetrics, Counter, Gauge, type GaugeConfiguration, Histogram, Registry } from 'prom-client';
import type { UpstreamObserver } from '../collectors/contract.ts';
import {
  METRIC_PREFIX,
  METRICS,
  UNPREFIXED_METRICS,
  type MetricDefinition,
  type MetricName,
} from '../contract/metrics.ts';
import { FAILURE_KINDS, type FailureKind } from '../contract/outcomes.ts';
import { COLLECTOR_NAMES, type CollectorName } from '../contract/providers.ts';

import type { BackupStatus } from '../database/backup/daily.ts';
import type { ReplicaStatus } from '../database/replica/watch.ts';
import type { StorageStatus } from '../database/writes/watch.ts';

export interface BuildInfo {
  readonly version: string;
  readonly revision: string;
}

export interface RequestObservation {
  readonly method: string;
  /** The route's pattern, never the path itself: ids would make a series each. */
  readonly route: string;
  readonly code: number;
  readonly seconds: number;
}

/** What this process counts itself; it needs no database. */
export interface LiveMetrics {
  readonly registry: Registry;
  /** Changes with each value that a test, an alert or a person waits for; not with every request. */
  version(): number;
  upstreamObserver(collector: CollectorName): UpstreamObserver;
  runFinished(collector: CollectorName, failure?: FailureKind): void;
  observeRequest(request: RequestObservation): void;
  databaseUp(up: boolean): void;
  backup(status: BackupStatus): void;
  storage(status: StorageStatus): void;
}

const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];
const UPSTREAM_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export function createLiveMetrics(
  build: BuildInfo & { readonly replica?: () => ReplicaStatus | undefined },
): LiveMetrics {
  const registry = new Registry();
  const common = (name: MetricName) => ({
    name: `${METRIC_PREFIX}${name}`,
    registers: [registry],
    ...described(METRICS[name]),
  });
  collectDefaultMetrics({ register: registry });
  // Gauges by the name of counters: promtool refuses them, and the labelled ones beside them say the same.
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  const runs = new Counter(common('collector_runs_total'));
  const failures = new Counter(common('collector_run_failures_total'));
  const upstream = new Counter(common('upstream_requests_total'));
  const upstreamSeconds = new Histogram({ ...common('upstream_request_duration_seconds'), buckets: UPSTREAM_BUCKETS });
  const databaseUp = new Gauge(common('database_up'));
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    ...described(UNPREFIXED_METRICS.http_request_duration_seconds),
    buckets: REQUEST_BUCKETS,
    registers: [registry],
  });
  new Gauge(common('build_info')).set(
    { version: build.version, revision: build.revision, node_version: process.version },
    1,
  );
  databaseUp.set(0);
  const showBackup = backupGauges(common);
  const showStorage = storageGauges(common);
  let version = 0;
  if (build.replica !== undefined) observeReplica(build.replica, common);
  // Counters that are born on their first event hide that event from increase(): all start at 0.
  for (const collector of COLLECTOR_NAMES) {
    runs.inc({ collector }, 0);
    for (const kind of FAILURE_KINDS) failures.inc({ collector, kind }, 0);
  }
  return {
    registry,
    version: () => version,
    upstreamObserver: (collector) => ({
      observe(code, seconds) {
        version += 1;
        upstream.inc({ collector, code });
        upstreamSeconds.observe({ collector }, seconds);
      },
    }),
    runFinished(collector, failure) {
      version += 1;
      runs.inc({ collector });
      if (failure !== undefined) failures.inc({ collector, kind: failure });
    },
    observeRequest: ({ method, route, code, seconds }) =>
      requests.observe({ method, route, code: String(code) }, seconds),
    databaseUp(up) {
      version += 1;
      databaseUp.set(up ? 1 : 0);
    },
    backup(status) {
      version += 1;
      showBackup(status);
    },
    storage(status) {
      if (showStorage(status)) version += 1;
    },
  };
}

/** What is not known has no value. */
function backupGauges(common: (name: MetricName) => GaugeConfiguration<string>): (status: BackupStatus) => void {
  const at = new Gauge(common('backup_last_success_timestamp_seconds'));
  const size = new Gauge(common('backup_last_size_bytes'));
  const succeeded = new Gauge(common('backup_last_attempt_succeeded'));
  for (const gauge of [at, size, succeeded]) gauge.remove();
  return (status) => {
    show(at, status.lastSuccess === null ? null : status.lastSuccess.getTime() / 1000);
    show(size, status.lastBytes);
    show(succeeded, status.succeeded === null ? null : Number(status.succeeded));
  };
}

function show(gauge: Gauge, value: number | null): void {
  if (value === null) gauge.remove();
  else gauge.set(value);
}

/** Free space moves with every look; only whether writes are accepted is worth a new page at once. */
function storageGauges(common: (name: MetricName) => GaugeConfiguration<string>): (status: StorageStatus) => boolean {
  const writable = new Gauge(common('database_writable'));
  const free = new Gauge(common('disk_free_bytes'));
  const size = new Gauge(common('disk_size_bytes'));
  let shown: boolean | null = null;
  writable.remove();
  return (status) => {
    show(writable, status.writable === null ? null : Number(status.writable));
    for (const gauge of [free, size]) gauge.reset();
    for (const { folder, freeBytes, sizeBytes } of status.space) {
      free.set({ folder }, freeBytes);
      size.set({ folder }, sizeBytes);
    }
    const isNews = status.writable !== shown;
    shown = status.writable;
    return isNews;
  };
}

/** Asked with every scrape; a lag that is not known has no value. */
function observeReplica(
  status: () => ReplicaStatus | undefined,
  common: (name: MetricName) => GaugeConfiguration<string>,
): void {
  new Gauge({
    ...common('read_replica_in_use'),
    collect() {
      this.set(status()?.state === 'in_use' ? 1 : 0);
    },
  });
  new Gauge({
    ...common('read_replica_lag_seconds'),
    collect() {
      const lag = status()?.lagSeconds ?? null;
      if (lag === null) this.remove();
      else this.set(lag);
    },
  });
}

function described(definition: MetricDefinition): { help: string; labelNames: string[] } {
  return { help: definition.help, labelNames: [...definition.labels] };
}
