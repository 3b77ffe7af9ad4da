import type { Wording } from '../page/figures.ts';
import { formatsOf } from '../page/format.ts';
import { statementPage, type StatementPage } from '../page/statement-page.ts';
import { fill, textsOf } from '../page/texts.ts';
import { statementCsv } from '../statement-csv.ts';
import { lines } from './lines.ts';
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

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
