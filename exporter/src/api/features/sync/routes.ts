import { CollectorError } from '../../../collectors/errors.ts';
import { API_BASE, DATASETS, type CollectorStatusRow, READERS } from '../../../contract/datasets.ts';
import type { ReadReplicaStatus } from '../../../contract/sync-answers.ts';
import { enabledCollectors, type ApiDeps } from '../../deps.ts';
import { jsonBody, noBody } from '../../http/body.ts';
import { HttpProblem } from '../../http/problem.ts';
import { route, type Reply, type Route } from '../../http/route.ts';
import { envelopeOf, withProvenance } from '../../shared/provenance.ts';
import { periodOf } from '../../shared/period.ts';
import type { Reads } from '../../reads/cached-reads.ts';
import { noParams, noQuery } from '../../shared/schemas.ts';
import { collectorStates, findRun, logPage, type CollectorState } from '../../../runner/run-log.ts';
import { createRecentRuns } from './recent-runs.ts';
import {
  logsQuery,
  runParams,
  syncAccepted,
  syncBody,
  syncLogs,
  syncQuery,
  syncReport,
  syncRun,
  syncStatus,
} from './schema.ts';
import { waitAtMost } from '../../../process/deadline.ts';

const STATUS_OF = { succeeded: 200, partial: 207, failed: 502 } as const;
const LOG_DAYS = 30;
const common = { tag: 'Synchronisation', roles: READERS } as const;
/** How a run is doing changes by itself: never cached. */
const live = { ...common, cacheable: false } as const;

export function syncRoutes(deps: ApiDeps, reads: Reads): Route[] {
  const recent = createRecentRuns();

  async function begin(request: Parameters<ApiDeps['runner']['start']>[0]) {
    try {
      return await deps.runner.start(request);
    } catch (error) {
      // Without a database the error itself says so; the last handler answers 503.
      if (error instanceof CollectorError && error.kind === 'shutdown')
        throw new HttpProblem(503, 'The exporter is shutting down.');
      throw error;
    }
  }

  return [
    route({
      method: 'post',
      path: '/metrics/sync-all',
      operationId: 'syncAll',
      tag: 'Synchronisation',
      roles: ['admin', 'sync'],
      summary: 'Runs the collectors once',
      description:
        'Hosted crons hang up after 30 s: with `?wait=20`, or the header `Prefer: respond-async`, a longer ' +
        'run is answered 202 with its id and status address. A run that fails altogether is a 502, so that ' +
        '`curl --fail` fails; with `?strict=true` also one that fails in part.',
      query: syncQuery,
      params: noParams,
      body: jsonBody(syncBody, { required: false }),
      answers: {
        200: { description: 'Every collector succeeded or was skipped.', schema: syncReport },
        202: { description: 'It runs on; ask at `statusUrl` (also in `Location`).', schema: syncAccepted },
        207: { description: 'Some collectors failed (502 with `?strict=true`).', schema: syncReport },
        409: { description: 'A synchronisation is running already; `runId` says which.' },
        502: { description: 'Every collector that was tried failed, or some with `?strict=true`.', schema: syncReport },
      },
      async handle({ query, body, caller, request }) {
        const { collectors, force, dryRun } = body;
        const started = await begin({
          trigger: 'api',
          requestedBy: caller.subject,
          ...(collectors === undefined ? {} : { collectors: [...new Set(collectors)] }),
          ...(force === undefined ? {} : { force }),
          ...(dryRun === undefined ? {} : { dryRun }),
        });
        if ('running' in started)
          throw new HttpProblem(409, 'A synchronisation is running already.', { members: { runId: started.running } });
        recent.add(started.runId, started.done);
        const wait = waitOf(query.wait, request.headers['prefer']);
        // Without an answer in time the run goes on, and its id leads to the report.
        const report = await (wait === undefined ? started.done : waitAtMost(started.done, wait * 1_000));
        if (report !== undefined)
          return {
            status:
              query.strict === true && report.outcome === 'partial' ? STATUS_OF.failed : STATUS_OF[report.outcome],
            json: report,
          };
        const statusUrl = `${API_BASE}/metrics/sync-runs/${started.runId}`;
        return {
          status: 202,
          json: { runId: started.runId, statusUrl },
          headers: { Location: statusUrl, 'Retry-After': '5' },
        };
      },
    }),
    route({
      ...common,
      method: 'get',
      path: '/metrics/sync-runs/{id}',
      operationId: 'syncRun',
      summary: 'How one synchronisation is doing',
      query: noQuery,
      params: runParams,
      body: noBody,
      answers: {
        200: { description: '`outcome` is null while it runs.', schema: syncRun },
        404: { description: 'There is no synchronisation of this id.' },
      },
      async handle({ params }): Promise<Reply> {
        const run = (await findRun(deps.pool, params.id)) ?? recent.find(params.id);
        if (run === undefined) throw new HttpProblem(404, 'There is no synchronisation of this id.');
        return { status: 200, json: run };
      },
    }),
    reads.route({
      ...live,
      path: DATASETS['sync-status'].path,
      operationId: 'syncStatus',
      summary: 'The last synchronisation and the health of every collector',
      query: noQuery,
      answers: { 200: { description: 'One row a collector.', schema: syncStatus } },
      async read({ context }) {
        const period = periodOf({}, context.today, LOG_DAYS);
        const { rows, provenance } = await withProvenance(deps, context, period, () => collectorStates(context.db));
        const data = rows.map((state) => statusRow(deps, state));
        return {
          data,
          lastSync: provenance.lastSync,
          runningSince: rows[0]?.running_since ?? null,
          readReplica: replicaOf(deps),
          ...envelopeOf(period, provenance),
        };
      },
    }),
    reads.route({
      ...live,
      path: DATASETS['sync-logs'].path,
      operationId: 'syncLogs',
      summary: 'The history of runs, newest first',
      description:
        `Runs that started in the period; without \`from\` and \`to\`: the last ${LOG_DAYS} days, today ` +
        'included. `limit` defaults to 50 a page.',
      query: logsQuery,
      answers: { 200: { description: 'One row a collector and attempt.', schema: syncLogs } },
      async read({ query, context }) {
        const period = periodOf(query, context.today, LOG_DAYS);
        const { rows: page, provenance } = await withProvenance(deps, context, period, () =>
          logPage(context.db, period, { ...query, limit: query.limit ?? 50 }),
        );
        return { data: page.rows, ...envelopeOf(period, provenance), nextCursor: page.nextCursor };
      },
    }),
  ];
}

/** How long to wait for the report, in seconds; undefined = to its end. */
function waitOf(wait: number | undefined, prefer: string | string[] | undefined): number | undefined {
  const preferences = String(prefer ?? '').toLowerCase();
  const asked = /(?:^|[,;]\s*)wait=(\d{1,3})\b/.exec(preferences)?.[1];
  if (wait !== undefined) return wait;
  if (!/\brespond-async\b/.test(preferences)) return undefined;
  return asked === undefined ? 0 : Number(asked);
}

function replicaOf(deps: Pick<ApiDeps, 'replica'>): ReadReplicaStatus | null {
  const status = deps.replica?.();
  return status === undefined ? null : { ...status, since: status.since.toISOString() };
}

function statusRow(deps: Pick<ApiDeps, 'collectors'>, state: CollectorState): CollectorStatusRow {
  const setting = deps.collectors.settings().find(({ name }) => name === state.collector);
  const enabled = enabledCollectors(deps).includes(state.collector);
  return {
    collector: state.collector,
    enabled,
    settingsMessage: setting === undefined || setting.readiness.outcome === 'ready' ? null : setting.readiness.message,
    outcome: state.outcome,
    reason: state.reason,
    kind: state.kind,
    message: state.message,
    attempt: state.attempt,
    startedAt: state.started_at,
    finishedAt: state.finished_at,
    durationMs: state.duration_ms,
    upstreamRequests: state.upstream_requests,
    warnings: state.warnings ?? [],
    lastSuccessAt: state.success_at,
    dataDay: state.data_day,
    dataAsOf: state.data_as_of,
    nextRunAt: enabled ? (deps.collectors.nextRun()?.toISOString() ?? null) : null,
    history: state.history,
  };
}
