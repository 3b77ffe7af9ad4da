import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';
import { PROVIDERS } from '../../contract/providers.ts';
import { coalesce } from '../../process/coalesce.ts';
import { waitAtMost } from '../../process/deadline.ts';
import type { ApiDeps, CollectorSetting } from '../deps.ts';
import { collectorStates, type CollectorState } from '../../runner/run-log.ts';
import { nameRoute } from '../http/observe.ts';
import { escapeHtml } from '../../months/page/html.ts';

/** The page works without a database, so it must not wait long for one. */
const DATABASE_TIMEOUT_MS = 1_500;

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
.table { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .45rem .8rem .45rem 0; border-bottom: 1px solid #8884; vertical-align: top }
.demo { background: #b45309; color: #fff; padding: .5rem 1rem; border-radius: .4rem }
.succeeded { color: #15803d } .failed { color: #dc2626 } .skipped, .note { color: #777 }
@media (prefers-color-scheme: dark) { .succeeded { color: #4ade80 } .failed { color: #f87171 } .skipped, .note { color: #aaa } }
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** No script and no external resource: stored text could do no harm even if it were not escaped. */
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The state of each collector, and links. It needs no token, so it shows no figures. */
export function landingPage(deps: ApiDeps): RequestHandler {
  // Anybody may ask for this page: a crowd must not cost a connection each.
  const readState = coalesce(() => storedState(deps));
  return async (_request, response) => {
    nameRoute(response, '/status');
    const stored = await waitAtMost(readState(), DATABASE_TIMEOUT_MS);
    response.set({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-store' }).type('html');
    response.send(renderLanding(deps, stored));
  };
}

interface StoredState {
  readonly states: readonly CollectorState[];
  readonly demo: boolean;
}

async function storedState(deps: ApiDeps): Promise<StoredState | undefined> {
  try {
    const [states, demo] = await Promise.all([
      collectorStates(deps.readPool),
      deps.readPool.query<{ demo: boolean }>(
        `SELECT EXISTS (SELECT 1 FROM component_costs WHERE demo)
          OR EXISTS (SELECT 1 FROM revenue_daily WHERE demo) AS demo`,
      ),
    ]);
    return { states, demo: demo.rows[0]?.demo === true };
  } catch (error) {
    deps.log.debug({ err: error }, 'the start page does without the database');
    return undefined;
  }
}

export function renderLanding(
  deps: Pick<ApiDeps, 'collectors' | 'settings' | 'version' | 'health'>,
  stored: StoredState | undefined,
): string {
  const links = [
    ['/openapi.json', 'REST API (OpenAPI)'],
    ['/metrics', 'Metrics for Prometheus'],
    ['/-/healthy', 'Live'],
    ['/-/ready', 'Ready'],
    ...(deps.settings.GRAFANA_URL === undefined ? [] : [[deps.settings.GRAFANA_URL, 'Grafana']]),
  ];
  const rows = deps.collectors.settings().map((setting) =>
    collectorRow(
      setting,
      stored?.states.find(({ collector }) => collector === setting.name),
      stored !== undefined,
    ),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Marginboard</title><style>${STYLE}</style></head>
<body><h1>Marginboard</h1>
${stored?.demo === true ? '<p class="demo" role="note">Demonstration data: every figure of this instance is invented.</p>' : ''}
<p>What a small software company earns, spends and keeps. The figures are in Grafana, in the REST API, and on <a href="/sign-in">the page of the month</a>, behind a token.</p>
${stored === undefined ? '<p class="failed" role="alert">The database does not answer: the state of the collectors is not known, and the REST API answers 503.</p>' : ''}
<h2>Collectors</h2>
<div class="table"><table><thead><tr><th scope="col">Collector</th><th scope="col">State</th><th scope="col">Reason</th><th scope="col">Last success</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>
<h2>Links</h2>
<ul>${links.map(([href, text]) => `<li><a href="${escapeHtml(href ?? '')}">${escapeHtml(text ?? '')}</a></li>`).join('')}</ul>
<p class="note">Version ${escapeHtml(deps.version)}, ${deps.health.ready() ? 'ready' : 'not ready'}.</p>
</body></html>
`;
}

function collectorRow(
  { name, readiness }: CollectorSetting,
  state: CollectorState | undefined,
  known: boolean,
): string {
  const unset = readiness.outcome === 'ready' ? undefined : readiness;
  const outcome = unset?.outcome ?? state?.outcome ?? null;
  const reason =
    unset === undefined
      ? [state?.reason, state?.message].filter((part) => part !== null && part !== undefined).join(': ')
      : `${unset.reason}: ${unset.message}`;
  const shown = outcome ?? (known ? 'not run yet' : 'unknown');
  const success = state?.success_at?.slice(0, 16).replace('T', ' ');
  return `<tr><th scope="row">${escapeHtml(PROVIDERS[name].title)}</th><td class="${outcome ?? 'note'}">${escapeHtml(shown)}</td><td>${escapeHtml(reason)}</td><td>${success === undefined ? '' : `${escapeHtml(success)} UTC`}</td></tr>`;
}
