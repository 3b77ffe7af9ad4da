import { serveProvider, type Answer, type ProviderServer, type RecordedRequest } from './serve.ts';

export interface FakeUsage {
  readonly category: string;
  readonly day: string;
  readonly price?: string;
  readonly unit?: string;
  readonly count?: string | null;
  readonly asOf?: string;
}

export interface FakeTwilioAccount {
  usage: FakeUsage[];
  messages: { readonly from: string; readonly sent: string | null }[];
  /** Rows of one page at most, whatever the client asks for. */
  pageSize: number;
  /** Categories that this account does not know. */
  unknownCategories: string[];
}

export const TWILIO_SID = 'AC0123456789abcdef0123456789abcdef';
export const TWILIO_TOKEN = '0123456789abcdef0123456789abcdef';
/** Stands in every message, as a text somebody wrote; it must never show up anywhere. */
export const MESSAGE_BODY = 'planted-message-body 418 992';

/** Twilio's usage records and messages. */
export async function serveTwilio(account: FakeTwilioAccount): Promise<ProviderServer> {
  const basic = `Basic ${Buffer.from(`${TWILIO_SID}:${TWILIO_TOKEN}`).toString('base64')}`;
  return serveProvider((request) => {
    if (request.authorization !== basic) return failure(401, 20003, 'Authenticate');
    if (request.path === `/2010-04-01/Accounts/${TWILIO_SID}/Usage/Records/Daily.json`) return usage(account, request);
    if (request.path === `/2010-04-01/Accounts/${TWILIO_SID}/Messages.json`) return messages(account, request);
    return failure(404, 20404, 'The requested resource was not found');
  });
}

function usage(account: FakeTwilioAccount, request: RecordedRequest): Answer {
  const { Category: category = '', StartDate: start = '', EndDate: end = '9999' } = request.query;
  if (account.unknownCategories.includes(category)) return failure(400, 20001, 'Invalid category');
  const rows = account.usage
    .filter((record) => (category === '' || record.category === category) && record.day >= start && record.day <= end)
    .map((record) => ({
      account_sid: TWILIO_SID,
      api_version: '2010-04-01',
      as_of: record.asOf ?? '2026-03-15T00:10:00+00:00',
      category: record.category,
      count: record.count === undefined ? '0' : record.count,
      count_unit: 'messages',
      description: record.category,
      start_date: record.day,
      end_date: record.day,
      price: record.price ?? '0',
      price_unit: record.unit ?? 'usd',
      usage: record.count ?? '0',
      usage_unit: 'messages',
      subresource_uris: {},
      uri: request.path,
    }));
  return page(account, request, 'usage_records', rows);
}

function messages(account: FakeTwilioAccount, request: RecordedRequest): Answer {
  const { From: from, 'DateSent>': after = '', 'DateSent<': before = '9999' } = request.query;
  const rows = account.messages
    .filter(
      (message) =>
        message.from === from &&
        (message.sent === null ||
          (new Date(message.sent) >= new Date(after) && new Date(message.sent) <= new Date(before))),
    )
    .map((message) => ({
      sid: 'SM0',
      body: MESSAGE_BODY,
      from: message.from,
      to: '+15557654321',
      direction: 'outbound-api',
      price: '-0.00750',
      price_unit: 'USD',
      date_sent: message.sent === null ? null : new Date(message.sent).toUTCString().replace('GMT', '+0000'),
    }));
  return page(account, request, 'messages', rows);
}

function page(account: FakeTwilioAccount, request: RecordedRequest, key: string, rows: readonly unknown[]): Answer {
  const size = Math.min(account.pageSize, Number(request.query.PageSize ?? 50));
  const index = Number(request.query.Page ?? 0);
  const slice = rows.slice(index * size, (index + 1) * size);
  const query = new URLSearchParams({ ...request.query, Page: String(index + 1), PageToken: `PA${index + 1}` });
  const next = (index + 1) * size < rows.length ? `${request.path}?${query.toString()}` : null;
  return {
    json: {
      [key]: slice,
      first_page_uri: request.path,
      next_page_uri: next,
      previous_page_uri: null,
      page: index,
      page_size: size,
      start: index * size,
      end: index * size + slice.length - 1,
      uri: request.path,
    },
  };
}

function failure(status: number, code: number, message: string): Answer {
  return { status, json: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } };
}
