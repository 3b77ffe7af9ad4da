import { formatsOf } from '../page/format.ts';
import { textsOf } from '../page/texts.ts';
import { lines } from './lines.ts';
import type { Message } from './message.ts';

const TIMEOUT_MS = 15_000;

/** The figures as JSON, for a program. `id` is the same for every try. */
export async function postWebhook(url: string, message: Message, id: string, signal: AbortSignal): Promise<void> {
  const { statement, closed, state } = message.page;
  await post(url, signal, {
    event: closed === undefined ? 'month.open' : 'month.closed',
    id,
    month: statement.month,
    state,
    version: closed?.version ?? null,
    sha256: closed?.sha256 ?? null,
    subject: message.subject,
    text: message.text,
    from: statement.from,
    to: statement.to,
    complete: statement.complete,
    figures: statement.figures,
    missingInvoices: statement.missingInvoices,
    warnings: statement.warnings,
  });
}

/** The same in words, as Slack's incoming webhooks take them. */
export async function postSlack(url: string, { subject, page }: Message, signal: AbortSignal): Promise<void> {
  const wording = { t: textsOf(page.language), f: formatsOf(page.language) };
  const text = lines(page.statement, wording).join('\n');
  await post(url, signal, { text: `*${escapeSlack(subject)}*\n${escapeSlack(text)}` });
}

/** What Slack would read as a link, a mention or an entity. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

async function post(url: string, signal: AbortSignal, body: object): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`was answered with HTTP ${response.status}`);
}
