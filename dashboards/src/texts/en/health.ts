import type { HealthPanel, PanelTexts } from '../panels.ts';

export const HEALTH: PanelTexts<HealthPanel> = {
  collectors: {
    title: 'Collectors',
    description:
      'For each collector its last outcome with the reason, the last complete day that it stored, and what is ' +
      'still to be configured.',
    noData: 'The exporter knows no collector: is the data source connected?',
  },
  lastRuns: {
    title: 'Last runs',
    description:
      'The last run of each collector: when it ended, which attempt it was, how long it took, and its upstream ' +
      'requests, retries included; then its last success and the next run.',
    noData: 'Nothing has run yet: the first run is at the scheduled time, or with npm run sync.',
  },
  syncLog: {
    title: 'Synchronisation log',
    description: 'Every run in the range, newest first: outcome, reason, attempt, duration, warnings.',
    noData: 'No run in this range.',
  },
  alerts: {
    title: 'Alerts that fire',
    description: "Marginboard's alerts in Prometheus that fire or are pending now.",
    noData: 'No alert fires.',
  },
  dataAge: {
    title: 'Age of the data',
    description:
      'Time since the end of the last UTC day that each collector stored completely. DataStale fires above 36 hours.',
    noData: 'No data yet, or Prometheus does not scrape the exporter.',
  },
  runAge: {
    title: 'Age of last run',
    description:
      'Time since each collector last ran, whatever came of it. A young run beside old data means that it runs ' +
      'and fails.',
    noData: 'Nothing has run yet, or Prometheus does not scrape the exporter.',
  },
  durations: {
    title: 'Duration of runs',
    description: 'How long each run in the range took, by collector; at most the 200 newest of the log.',
    noData: 'No run in this range.',
  },
  failures: {
    title: 'Failed runs',
    description: 'Runs in the range that failed, newest first, with the reason. A later attempt may have succeeded.',
    noData: 'No run failed in this range.',
  },
  upstream: {
    title: 'Requests to providers',
    description:
      'Requests of each run in the range to its provider, retries included; at most the 200 newest of the log.',
    noData: 'No run in this range.',
  },
  databaseUp: {
    title: 'Database',
    description:
      "Whether the exporter's database answered when it was last asked, and accepts writes: a full disk or a failover makes it read-only.",
    noData: 'Unknown: Prometheus does not scrape the exporter.',
  },
  diskFree: {
    title: 'Free disk space',
    description:
      'Room on the disks of the embedded database and of the backups. Orange below 5 GB; DiskSpaceLow fires where ' +
      'that is also less than a tenth of the disk.',
    noData: 'Unknown: the database is on another machine, or Prometheus does not scrape the exporter.',
  },
  snapshotAge: {
    title: 'Age of figures',
    description: 'Time since the business figures on /metrics were read from the database.',
    noData: 'Unknown: Prometheus does not scrape the exporter.',
  },
};
