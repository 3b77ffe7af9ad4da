import {
  REFERENCE_PATHS,
  type CustomerUserRow,
  type CustomerUserStoredAnswer,
  type LinksRejectedAnswer,
  type LinksStoredAnswer,
  type LinkSuggestionsAnswer,
  type UnlinkedAnswer,
} from '../../../exporter/src/contract/reference-data.ts';
import { send, sendForAll } from '../shared/exporter.ts';

const MAX_LINKS = 5_000;

export interface Customers {
  readonly links: readonly CustomerUserRow[];
  readonly unlinked: UnlinkedAnswer;
  readonly suggestions: LinkSuggestionsAnswer;
}

export interface LinkEntry {
  /** Null: the user belongs to nobody. */
  readonly customer: string | null;
  readonly userId: string;
  readonly validFrom: string | null;
  /** Exclusive. */
  readonly validTo: string | null;
}

export async function customers(): Promise<Customers> {
  const [links, unlinked, suggestions] = await Promise.all([
    sendForAll<CustomerUserRow>(REFERENCE_PATHS.customerUsers, 1_000, MAX_LINKS),
    send<UnlinkedAnswer>('GET', `${REFERENCE_PATHS.unlinked}?limit=200`),
    send<LinkSuggestionsAnswer>('GET', REFERENCE_PATHS.linkSuggestions),
  ]);
  return { links, unlinked, suggestions };
}

export const putLink = (link: LinkEntry): Promise<CustomerUserStoredAnswer> =>
  send('PUT', REFERENCE_PATHS.customerUsers, link);

/** All or none; with `dryRun` only what they would change. */
export const putLinks = (links: readonly LinkEntry[], dryRun: boolean): Promise<LinksStoredAnswer> =>
  send('POST', REFERENCE_PATHS.manyLinks, { links, dryRun });

export const rejectLinks = (
  pairs: readonly { readonly userId: string; readonly customer: string }[],
): Promise<LinksRejectedAnswer> =>
  send('POST', REFERENCE_PATHS.rejectedLinks, {
    links: pairs.map(({ userId, customer }) => ({ userId, customer })),
  });
