import type { SenderChecks } from '../contract/inbox.ts';
import type { Settings } from '../settings/schema.ts';
import { authenticationResults, withoutComments, type AuthenticationResult } from './authentication-results.ts';

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
    const read = authenticationResults(value);
    // What cannot be read may be the own server's, spoilt by something that the sender wrote.
    if (read === undefined) return null;
    if (read.authservId !== own) continue;
    // A signature of the sender's own domain and a failed DMARC contradict each other.
    if (read.results.some(({ method, outcome }) => method === 'dmarc' && outcome === 'fail')) return null;
    return read.results.map((one) => confirmation(one, domain)).find((one) => one !== null) ?? null;
  }
  return null;
}

/** Second-level domains below which others register theirs: `co.uk`, `com.au`. */
const REGISTRY = /^(?:ac|asso|co|com|edu|gob|go|gouv|gov|ltd|me|ne|net|nom|or|org|plc)\.[a-z]{2}$/;

/** By the own organisation: the server, its hosts and neighbours, an address, or a host of a private network. */
function isReceivedBy(received: string, authservId: string): boolean {
  const by = /\bby\s+([^\s;]+)/i
    .exec(withoutComments(received) ?? '')?.[1]
    ?.toLowerCase()
    .replace(/\.$/, '');
  if (by === undefined) return false;
  if (!by.includes('.') || /^\[?[0-9a-f:.]+\]?$/.test(by) || /\.(?:internal|local|localdomain|lan)$/.test(by))
    return true;
  const above = authservId.slice(authservId.indexOf('.') + 1);
  const organisation = above.includes('.') && !REGISTRY.test(above) ? above : authservId;
  return [authservId, organisation].some((one) => by === one || (one.includes('.') && by.endsWith(`.${one}`)));
}

/** `dkim=pass` of a domain that owns the sender's, or `dmarc=pass` of exactly the sender's. */
function confirmation({ method, outcome, properties }: AuthenticationResult, domain: string): string | null {
  if (outcome !== 'pass') return null;
  if (method === 'dmarc') return properties.get('header.from') === domain ? `dmarc=pass header.from=${domain}` : null;
  if (method !== 'dkim') return null;
  const signer = properties.get('header.d') ?? properties.get('header.i') ?? '';
  const owns = signer.includes('.') && (domain === signer || domain.endsWith(`.${signer}`));
  return owns ? `dkim=pass header.d=${signer}` : null;
}
