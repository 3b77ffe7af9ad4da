import {
  REFERENCE_PATHS,
  type CustomerUserRow,
  type CustomerUserStoredAnswer,
  type UnlinkedAnswer,
} from '../../../exporter/src/contract/reference-data.ts';
import { send, sendForAll } from '../shared/exporter.ts';

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

export async function customers(): Promise<Customers> {
  const [links, unlinked] = await Promise.all([
    sendForAll<CustomerUserRow>(REFERENCE_PATHS.customerUsers, 1_000, MAX_LINKS),
    send<UnlinkedAnswer>('GET', `${REFERENCE_PATHS.unlinked}?limit=200`),
  ]);
  return { links, unlinked };
}

export const putLink = (link: LinkEntry): Promise<CustomerUserStoredAnswer> =>
  send('PUT', REFERENCE_PATHS.customerUsers, link);
