import type { z } from 'zod';
import type { RequestContext } from '../retry.ts';
import type { PageCall, StripeClient } from './client.ts';
import type { Resource } from './errors.ts';
import { newWindow, oldWindow, type History, type Window } from './history.ts';

export interface HistoryRead<Item> {
  readonly items: readonly Item[];
  readonly history: History;
}

/** Reads what is new, and as much of the missing past as time allows (newest first, at least a page a run). */
export async function readHistory<Item extends { readonly id: string; readonly created: number }>(
  client: StripeClient,
  context: RequestContext,
  resource: Resource,
  page: (window: Window) => PageCall,
  schema: z.ZodType<Item>,
  { known, target, outOfTime }: { known: History | undefined; target: number; outOfTime: () => boolean },
): Promise<HistoryRead<Item>> {
  const fresh = known === undefined ? [] : (await client.list(context, resource, page(newWindow(known)), schema)).items;
  const window = known === undefined ? { gte: target } : oldWindow(known);
  const old =
    window === undefined
      ? undefined
      : await client.list(context, resource, page(window), schema, { enough: outOfTime });
  const items = [...new Map([...(old?.items ?? []), ...fresh].map((item) => [item.id, item])).values()];
  const created = items.map((item) => item.created);
  const targetFrom = known?.targetFrom ?? target;
  const readTo = created.reduce((a, b) => Math.max(a, b), known?.readTo ?? targetFrom);
  const oldest = (old?.items ?? [])
    .map((item) => item.created)
    .reduce((a, b) => Math.min(a, b), known?.readFrom ?? readTo);
  return {
    items,
    history: {
      readTo,
      targetFrom,
      readFrom: old === undefined ? (known?.readFrom ?? targetFrom) : old.complete ? targetFrom : oldest,
    },
  };
}
