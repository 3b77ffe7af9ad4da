import type { MonthStatement } from '../../contract/months.ts';
import { movementRows, type Wording } from '../page/figures.ts';
import { formatsOf } from '../page/format.ts';
import { statementPage, type StatementPage } from '../page/statement-page.ts';
import { fill, textsOf } from '../page/texts.ts';
import { statementCsv } from '../statement-csv.ts';
import { mailHtml } from './mail-html.ts';
import { daysPicture, providersPicture } from './pictures.ts';
import { MESSAGE_TEXTS } from './texts.ts';

export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer | string;
  /** Shown within the mail by this name. */
  readonly cid?: string;
}

/** What is said about a month, in each form that a channel may need. */
export interface Message {
  readonly subject: string;
  /** Complete without pictures. */
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly Attachment[];
  readonly page: StatementPage;
}

/** The message about a month that is open, or closed. */
export async function monthMessage(page: StatementPage): Promise<Message> {
  const { statement, language, closed } = page;
  const wording: Wording = { t: textsOf(language), f: formatsOf(language) };
  const m = MESSAGE_TEXTS[language];
  const month = capital(wording.f.month(statement.month));
  const pattern =
    closed !== undefined ? m.closedSubject : statement.missingInvoices.length > 0 ? m.missingSubject : m.openSubject;
  const subject = fill(pattern, { month });
  const intro = closed === undefined ? m.open : fill(m.closed, { version: closed.version });
  return {
    subject,
    text: `${[subject, '', intro, '', ...lines(statement, wording), '', m.attached, m.why].join('\n')}\n`,
    html: mailHtml({ page, subject, intro, wording, m }),
    attachments: [
      picture('days', daysPicture(statement)),
      picture('providers', providersPicture(statement)),
      {
        filename: `marginboard-${statement.month}.html`,
        contentType: 'text/html; charset=utf-8',
        content: await statementPage(page),
      },
      {
        filename: `marginboard-${statement.month}.csv`,
        contentType: 'text/csv; charset=utf-8',
        content: statementCsv(statement),
      },
    ],
    page,
  };
}

function picture(name: string, content: Buffer): Attachment {
  return { filename: `${name}.png`, contentType: 'image/png', content, cid: `${name}@marginboard` };
}

/** The statement in lines of text: figures, costs with their source, what is missing and what is not known. */
export function lines(statement: MonthStatement, { t, f }: Wording): string[] {
  const { providers, missingInvoices, warnings } = statement;
  const others = warnings.filter(({ code }) => code !== 'missing_invoice' && code !== 'demo_data');
  return [
    ...(statement.demo ? [t.demo, ''] : []),
    statement.to > statement.from ? fill(t.through, { period: f.period(statement.from, statement.to) }) : t.noDay,
    '',
    ...figureRows(statement, { t, f }).map(([name, amount]) => `${name}: ${amount}`),
    '',
    ...(statement.movements === null
      ? []
      : [`${t.movements}:`, ...movementRows(statement, { t, f }).map(([name, amount]) => `- ${name}: ${amount}`), '']),
    `${t.provenance}:`,
    ...providers.map(
      ({ title, costUsd, sources }) =>
        `- ${title}: ${f.usd(costUsd)} (${sources.map(({ source }) => t.source[source]).join(', ')})`,
    ),
    '',
    `${t.missing}:`,
    ...(missingInvoices.length === 0
      ? [t.nothingMissing]
      : missingInvoices.map(({ provider, from, to }) => `- ${f.provider(provider)}: ${f.period(from, to)}`)),
    '',
    `${t.unknown}:`,
    ...(others.length === 0
      ? [t.nothingUnknown]
      : [...new Set(others.map(({ code, message }) => `- ${t.warning?.[code] ?? message}`))]),
  ];
}

export function figureRows({ figures }: MonthStatement, { t, f }: Wording): (readonly [string, string])[] {
  return [
    [t.figure.revenue, f.usd(figures.revenueUsd)],
    [t.figure.llm, f.usd(figures.llmCostUsd)],
    [t.figure.infrastructure, f.usd(figures.infrastructureCostUsd)],
    [t.figure.fees, f.usd(figures.paymentFeesUsd)],
    [t.figure.margin, f.usd(figures.netMarginUsd)],
    [t.figure.cash, f.usd(figures.cashUsd)],
    [t.figure.mrr, f.usd(figures.mrrUsd)],
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
