import type { SenderChecks } from '../contract/inbox.ts';
import type { Settings } from '../settings/schema.ts';

/** One header of a mail, in the order of the mail: the topmost was added last. */
export interface MailHeader {
  /** In lower case. */
  readonly name: string;
  readonly value: string;
}

export interface SenderRules {
  /** Addresses or domains, in lower case; a domain means its subdomains too. */
  readonly trustedSenders: readonly string[];
  /** How the own mail server names itself in `Authentication-Results`. */
  readonly authservId: string | undefined;
}

export function senderRules(settings: Pick<Settings, 'INBOX_TRUSTED_SENDERS' | 'INBOX_AUTHSERV_ID'>): SenderRules {
  return { trustedSenders: settings.INBOX_TRUSTED_SENDERS, authservId: settings.INBOX_AUTHSERV_ID };
}

/** Who a mail says it is from, and whether the own mail server believes it (RFC 8601). Pure. */
export function checkSender(
  from: string | null,
  headers: readonly MailHeader[],
  { trustedSenders, authservId }: SenderRules,
): SenderChecks {
  const evidence = from === null || authservId === undefined ? null : evidenceFor(domainOf(from), headers, authservId);
  return {
    trusted: trustedSenders.length === 0 ? null : from !== null && isTrusted(from, trustedSenders),
    signed: authservId === undefined ? null : evidence !== null,
    evidence,
  };
}

function isTrusted(from: string, trusted: readonly string[]): boolean {
  const address = from.toLowerCase();
  const domain = domainOf(address);
  return trusted.some((one) => (one.includes('@') ? one === address : domain === one || domain.endsWith(`.${one}`)));
}

function domainOf(address: string): string {
  return address
    .slice(address.lastIndexOf('@') + 1)
    .toLowerCase()
    .replace(/\.$/, '');
}

/**
 * The result that confirms the domain. Only the topmost header of the own server counts: a sender can write as many
 * below it as it likes. Nor may a foreign server have handled the mail after it was written.
 */
function evidenceFor(domain: string, headers: readonly MailHeader[], authservId: string): string | null {
  const own = authservId.toLowerCase();
  for (const { name, value } of headers) {
    if (name === 'received' && !isReceivedBy(value, own)) return null;
    if (name !== 'authentication-results') continue;
    const [id = '', ...results] = withoutComments(value).split(';');
    if (id.trim().split(/\s+/)[0]?.toLowerCase() !== own) continue;
    return results.map((one) => confirmation(one, domain)).find((one) => one !== null) ?? null;
  }
  return null;
}

/** By the own organisation: its domain, an address, or a host of a private network. */
function isReceivedBy(received: string, authservId: string): boolean {
  const by = /\bby\s+([^\s;]+)/i.exec(withoutComments(received))?.[1]?.toLowerCase().replace(/\.$/, '');
  if (by === undefined) return false;
  if (!by.includes('.') || /^\[?[0-9a-f:.]+\]?$/.test(by) || /\.(?:internal|local|localdomain|lan)$/.test(by))
    return true;
  const organisation = authservId.split('.').slice(-2).join('.');
  return by === authservId || (organisation.includes('.') && by.endsWith(`.${organisation}`)) || by === organisation;
}

/** `dkim=pass` of a domain that owns the sender's, or `dmarc=pass` of exactly the sender's. */
function confirmation(result: string, domain: string): string | null {
  const [, method, outcome] = /^\s*([a-z0-9-]+)(?:\s*\/\s*\d+)?\s*=\s*([a-z]+)/i.exec(result) ?? [];
  if (outcome?.toLowerCase() !== 'pass') return null;
  const property = (name: string): string | undefined =>
    new RegExp(`(?:^|\\s)${name}\\s*=\\s*"?([^\\s";]+)`, 'i').exec(result)?.[1]?.toLowerCase();
  if (method?.toLowerCase() === 'dmarc') {
    const from = property('header\\.from');
    return from !== undefined && domainOf(from) === domain ? `dmarc=pass header.from=${domain}` : null;
  }
  if (method?.toLowerCase() !== 'dkim') return null;
  const signer = domainOf(property('header\\.d') ?? property('header\\.i') ?? '');
  const owns = signer.includes('.') && (domain === signer || domain.endsWith(`.${signer}`));
  return owns ? `dkim=pass header.d=${signer}` : null;
}

/** RFC 5322 comments, which may nest and may hold anything; not those within quotes. */
function withoutComments(value: string): string {
  let depth = 0;
  let quoted = false;
  let plain = '';
  for (let place = 0; place < value.length; place++) {
    const sign = value.charAt(place);
    if (sign === '\\') {
      if (depth === 0) plain += value.slice(place, place + 2);
      place += 1;
    } else if (sign === '"' && depth === 0) {
      quoted = !quoted;
      plain += sign;
    } else if (sign === '(' && !quoted) depth += 1;
    else if (sign === ')' && !quoted) depth = Math.max(0, depth - 1);
    else if (depth === 0) plain += sign;
  }
  return plain;
}
