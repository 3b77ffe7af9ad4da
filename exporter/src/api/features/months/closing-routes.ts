import { MONTH_PATHS } from '../../../contract/months.ts';
import { addMonths, dayOf } from '../../../money/days.ts';
import { canonicalJson, sha256Of } from '../../../months/canonical.ts';
import { lockMonth, storeVersion } from '../../../months/store.ts';
import type { ApiDeps } from '../../deps.ts';
import { jsonBody } from '../../http/body.ts';
import { HttpProblem } from '../../http/problem.ts';
import { route, type Route } from '../../http/route.ts';
import { noQuery } from '../../shared/schemas.ts';
import { contextOf, mustHaveBegun } from './read-month.ts';
import { readStatement } from './read-statement.ts';
import { closeBody, monthClosed, monthParams, monthPreview, reopenBody } from './schema.ts';

const common = { method: 'post', tag: 'Months', roles: ['admin'], query: noQuery, params: monthParams } as const;
const MOVED =
  'The figures are not those of that preview any more: look at the preview again, then close with its sha256.';

/** Closing and reopening a month. What is closed is what was seen: the preview's hash has to be sent back. */
export function closingRoutes(deps: ApiDeps): Route[] {
  return [
    route({
      ...common,
      path: MONTH_PATHS.preview,
      operationId: 'previewClosing',
      summary: 'The statement that closing the month would freeze',
      description: 'Nothing is stored.',
      body: jsonBody(noQuery, { required: false }),
      answers: {
        200: { description: 'The statement and its hash.', schema: monthPreview },
        409: { description: 'The month is not over.' },
      },
      async handle({ params: { month } }) {
        const statement = await deps.reader.snapshot(async ({ db, now }) => {
          const context = contextOf(db, deps.clock.fixed ?? now);
          mustBeOver(month, context.today);
          return readStatement(deps, context, month);
        });
        return { status: 200, json: { month, sha256: sha256Of(canonicalJson(statement)), statement } };
      },
    }),
    route({
      ...common,
      path: MONTH_PATHS.close,
      operationId: 'closeMonth',
      summary: 'Closes a month: freezes its statement with a hash',
      description:
        'Takes the `sha256` of a preview; 409 where the figures have moved since, or the month is closed already. The ' +
        'frozen statement never changes; what is entered later stands in `changes`.',
      body: jsonBody(closeBody, { required: true }),
      answers: {
        200: { description: 'The new version.', schema: monthClosed },
        409: { description: 'The month is not over, is closed already, or its figures have moved since the preview.' },
      },
      async handle({ params: { month }, body, caller }) {
        const now = await deps.clock.now();
        mustBeOver(month, dayOf(now));
        const closed = await deps.transaction(async (tx) => {
          const versions = await lockMonth(tx, month);
          if (versions.at(-1)?.action === 'close')
            throw new HttpProblem(409, `${month} is closed already: reopen it first, with the reason.`);
          const document = canonicalJson(await readStatement(deps, contextOf(tx, now), month));
          if (sha256Of(document) !== body.sha256) throw new HttpProblem(409, MOVED);
          const version = (versions.at(-1)?.version ?? 0) + 1;
          const by = caller.subject;
          return {
            version,
            sha256: await storeVersion(tx, { month, version, document, reason: body.reason ?? null, by, now }),
          };
        });
        await deps.changes.emit({ kind: 'month' });
        return { status: 200, json: { month, ...closed } };
      },
    }),
    route({
      ...common,
      path: MONTH_PATHS.reopen,
      operationId: 'reopenMonth',
      summary: 'Opens a closed month again',
      description: 'A new version with its reason; what was frozen stays readable in the history.',
      body: jsonBody(reopenBody, { required: true }),
      answers: {
        200: { description: 'The new version.', schema: monthClosed },
        409: { description: 'The month is not closed.' },
      },
      async handle({ params: { month }, body, caller }) {
        const now = await deps.clock.now();
        const reopened = await deps.transaction(async (tx) => {
          const versions = await lockMonth(tx, month);
          const newest = versions.at(-1);
          if (newest?.action !== 'close') throw new HttpProblem(409, `${month} is not closed.`);
          const version = newest.version + 1;
          const by = caller.subject;
          return {
            version,
            sha256: await storeVersion(tx, { month, version, document: null, reason: body.reason, by, now }),
          };
        });
        await deps.changes.emit({ kind: 'month' });
        return { status: 200, json: { month, ...reopened } };
      },
    }),
  ];
}

/** Throws a 409 for a month whose last day has not ended. */
function mustBeOver(month: string, today: string): void {
  mustHaveBegun(month, today);
  if (addMonths(`${month}-01`, 1) > today)
    throw new HttpProblem(409, `${month} is not over: it can be closed from ${addMonths(`${month}-01`, 1)} on.`);
}
