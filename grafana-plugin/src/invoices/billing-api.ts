import { lastValueFrom } from 'rxjs';
import { config, getBackendSrv } from '@grafana/runtime';
import {
  BILLING_PATHS,
  type BillingAdjustmentRow,
  type BillingCorrection,
  type BillingEntryAnswer,
  type BillingFormEntry,
  type BillingInvoiceEntry,
  type BillingPreviewAnswer,
  type BillingVoid,
  type MissingInvoiceWithMail,
  type ReconciliationRow,
} from '../../../exporter/src/contract/billing.ts';
import type { ImportPreview, ProposedStatement } from '../../../exporter/src/contract/imports.ts';
import { proxyUrl } from '../shared/addresses.ts';
import { send, sendForAll, withId } from '../shared/exporter.ts';

export type Entry = BillingFormEntry | BillingInvoiceEntry;

/** Every version of every invoice, newest first. */
export const history = (): Promise<readonly BillingAdjustmentRow[]> => sendForAll(BILLING_PATHS.history, 500, 5_000);

export const storeEntry = (entry: Entry): Promise<BillingEntryAnswer> => send('POST', BILLING_PATHS.entry, entry);
export const previewEntry = (entry: Entry): Promise<BillingPreviewAnswer> => send('POST', BILLING_PATHS.preview, entry);
export const correct = (id: string, correction: BillingCorrection): Promise<BillingEntryAnswer> =>
  send('POST', withId(BILLING_PATHS.correction, id), correction);
export const previewCorrection = (id: string, correction: BillingCorrection): Promise<BillingPreviewAnswer> =>
  send('POST', withId(BILLING_PATHS.correctionPreview, id), correction);
export const voidInvoice = (id: string, reason: BillingVoid): Promise<BillingEntryAnswer> =>
  send('POST', withId(BILLING_PATHS.void, id), reason);

export interface Months {
  readonly figures: readonly ReconciliationRow[];
  readonly missing: readonly MissingInvoiceWithMail[];
}

interface Listed<Row> {
  readonly data: readonly Row[];
}

/** The cost of each month and provider with its source, and the missing invoices. */
export async function months(from: string, to: string): Promise<Months> {
  const period = `from=${from}&to=${to}`;
  const [figures, missing] = await Promise.all([
    send<Listed<ReconciliationRow>>('GET', `/metrics/reconciliation?${period}`),
    send<Listed<MissingInvoiceWithMail>>('GET', `/metrics/missing-invoices?${period}`),
  ]);
  return { figures: figures.data, missing: missing.data };
}

const FILE_TYPES: Readonly<Record<string, string>> = { pdf: 'application/pdf', eml: 'message/rfc822', csv: 'text/csv' };

/** Uploads the file unchanged; the exporter detects its type by the content. */
export async function previewImport(file: File): Promise<ImportPreview> {
  const type = FILE_TYPES[file.name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
  const response = await lastValueFrom(
    getBackendSrv().fetch<ImportPreview>({
      url: proxyUrl(BILLING_PATHS.import),
      method: 'POST',
      showErrorAlert: false,
      data: new Blob([file], { type }),
      headers: { 'Content-Type': type, 'X-File-Name': encodeURIComponent(file.name) },
    }),
  );
  return response.data;
}

/** `documentId` of the preview keeps the uploaded file with the entries. */
export const confirmImport = (
  statements: readonly ProposedStatement[],
  documentId: string | null,
): Promise<BillingEntryAnswer> => send('POST', BILLING_PATHS.importConfirm, { statements, documentId });

/** Where the browser downloads the uploaded file of a version, with Grafana's own session. */
export const documentUrl = (id: string): string => `${config.appSubUrl}${proxyUrl(withId(BILLING_PATHS.document, id))}`;
