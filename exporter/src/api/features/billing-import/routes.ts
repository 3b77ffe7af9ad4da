import { z } from 'zod';
import { BILLING_PATHS } from '../../../contract/billing.ts';
import { importPreviewSchema } from '../../../imports/preview-schema.ts';
import { readUpload } from '../../../imports/read-upload.ts';
import { ImportRefused, REFUSALS } from '../../../imports/refusal.ts';
import { storedRows } from '../../../invoices/history.ts';
import type { ApiDeps } from '../../deps.ts';
import { jsonBody } from '../../http/body.ts';
import { HttpProblem, invalid } from '../../http/problem.ts';
import { route, type Route } from '../../http/route.ts';
import { presentTime } from '../../shared/present-time.ts';
import { noParams, noQuery } from '../../shared/schemas.ts';
import { orProblem } from '../billing/refusals.ts';
import type { BillingParts } from '../billing/routes.ts';
import { entryAnswer } from '../billing/schema.ts';
import { checkStatements } from '../../../imports/check-statements.ts';
import { confirmBody, prepareStatements } from '../../../imports/confirm-statements.ts';
import { documentRoute, storeUpload } from './document.ts';
import { fileNameSchema, uploadBody } from './upload-body.ts';

/** Ten thousand statements with notes. */
const MAX_CONFIRM_MB = 16;
const admin = { method: 'post', tag: 'Invoices', roles: ['admin'], params: noParams } as const;

export function importRoutes(deps: ApiDeps, { invoices, authorOf }: BillingParts): Route[] {
  return [
    route({
      ...admin,
      path: BILLING_PATHS.import,
      operationId: 'previewImport',
      query: z.strictObject({ fileName: fileNameSchema.optional() }),
      body: uploadBody,
      summary: 'Reads an invoice, a receipt, a mail or a CSV, and books nothing',
      description:
        'The body is the file (at most 5 MB and 20 pages), its name in `X-File-Name` or `?fileName=`; or JSON with ' +
        '`contentBase64`. What the file is, is decided by its content. Every value says where it was found and how ' +
        'sure that is; what was not found is null. `statements`, edited or not, are what confirm takes. The file is ' +
        'stored encrypted, and deleted after a day unless `documentId` is confirmed.',
      answers: {
        200: {
          description: 'What was read, what would be stored, and what is stored already.',
          schema: importPreviewSchema,
        },
        422: {
          description:
            'The file is not read: encrypted, without text, damaged, too many pages, a CSV with another header, ' +
            'too slow to read; `detail` says which.',
        },
      },
      async handle({ query, body }) {
        const { origins, ...read } = await readUpload(body.bytes).catch((error: unknown) => {
          throw error instanceof ImportRefused ? refusal(error) : error;
        });
        const { now } = await presentTime(deps);
        const fileName = body.fileName ?? query.fileName ?? null;
        const { documentId, warnings } = await storeUpload(deps, { bytes: body.bytes, fileName }, read.kind, now);
        return {
          status: 200,
          json: {
            ...read,
            warnings: [...read.warnings, ...warnings],
            fileName,
            documentId,
            checks: await checkStatements(deps.pool, { origins, ...read }, now),
          },
        };
      },
    }),
    route({
      ...admin,
      path: BILLING_PATHS.importConfirm,
      operationId: 'confirmImport',
      query: noQuery,
      body: jsonBody(confirmBody, { required: true, maxMb: MAX_CONFIRM_MB }),
      summary: 'Stores previewed statements, all of them or none',
      description:
        'Checked as typed invoices are. Statements with one number are the lines of one invoice, ' +
        'each with its own period. `documentId` of the preview keeps the file with them.',
      answers: {
        201: { description: 'The stored rows.', schema: entryAnswer },
        409: { description: 'One collides with what is stored: `adjustmentId` names the entry.' },
      },
      async handle({ body, caller, request }) {
        const { now } = await presentTime(deps);
        const { statements, errors } = prepareStatements(body.statements, now);
        if (errors.length > 0) throw invalid(errors);
        const author = await authorOf(request, caller);
        const stored = await orProblem(
          invoices.enterStatements(statements, { origin: 'import', author, documentId: body.documentId ?? undefined }),
        );
        return { status: 201, json: { data: storedRows(stored), warnings: stored.warnings } };
      },
    }),
    documentRoute(deps),
  ];
}

function refusal({ code, message }: ImportRefused): HttpProblem {
  return new HttpProblem(REFUSALS[code], message, {
    errors: [{ field: 'file', message }],
    ...(code === 'busy' ? { headers: { 'Retry-After': '2' } } : {}),
  });
}
