import {
  REFERENCE_PATHS,
  type CustomerUserRow,
  type CustomerUsersAnswer,
  type CustomerUserStoredAnswer,
  type UnlinkedAnswer,
} from '../../../exporter/src/contract/reference-data.ts';
import { send } from '../shared/exporter.ts';

const MAX_LINKS = 5_000;

export interface Customers {
  readonly links: readonly CustomerUserRow[];
  readonly unlinked: UnlinkedAnswer;
}

export interface LinkEntry {
  /** Null: the user belongs to nobody. */
  readonly customer: string | null;
  readonly userId: string;
  readonly validFrom: string | null;
  /** Exclusive. */
  readonly validTo: string | null;
}

async function allLinks(): Promise<readonly CustomerUserRow[]> {
  const rows: CustomerUserRow[] = [];
  let cursor: string | null = null;
  do {
    const page: CustomerUsersAnswer = await send<CustomerUsersAnswer>(
      'GET',
      `${REFERENCE_PATHS.customerUsers}?limit=1000${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    rows.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor !== null && rows.length < MAX_LINKS);
  return rows;
}

export async function customers(): Promise<Customers> {
  const [links, unlinked] = await Promise.all([
    allLinks(),
    send<UnlinkedAnswer>('GET', `${REFERENCE_PATHS.unlinked}?limit=200`),
  ]);
  return { links, unlinked };
}

export const putLink = (link: LinkEntry): Promise<CustomerUserStoredAnswer> =>
  send('PUT', REFERENCE_PATHS.customerUsers, link);
