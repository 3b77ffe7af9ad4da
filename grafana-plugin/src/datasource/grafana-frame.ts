import { FieldType, createDataFrame, type DataFrame } from '@grafana/data';
import { API_BASE } from '../../../exporter/src/contract/datasets.ts';
import type { BusinessEvent } from './events.ts';
import type { Frame } from './frame.ts';
import type { EventsTarget } from './types.ts';

const FIELD_TYPES = {
  time: FieldType.time,
  number: FieldType.number,
  string: FieldType.string,
  boolean: FieldType.boolean,
};

/** What the query inspector shows: the request that a frame answers, below the exporter's address. */
const askedOf = (address: string): string => `GET ${API_BASE}/${address}`;

/** Explore draws what has a time, and lists the rest. */
export function grafanaFrame(frame: Frame, address: string): DataFrame {
  return createDataFrame({
    refId: frame.refId,
    name: frame.name,
    meta: {
      executedQueryString: askedOf(address),
      preferredVisualisationType: frame.fields.some(({ type }) => type === 'time') ? 'graph' : 'table',
      ...(frame.meta.notices === undefined ? {} : { notices: [...frame.meta.notices] }),
      custom: { ...frame.meta.custom },
    },
    fields: frame.fields.map(({ name, type, values, config }) => ({
      name,
      type: FIELD_TYPES[type],
      values: [...values],
      config: { ...config },
    })),
  });
}

/** The fields that Grafana makes annotations of. */
export function grafanaEvents(target: EventsTarget, events: readonly BusinessEvent[], address: string): DataFrame {
  return createDataFrame({
    refId: target.refId,
    name: target.events,
    meta: { executedQueryString: askedOf(address), preferredVisualisationType: 'table' },
    fields: [
      { name: 'time', type: FieldType.time, values: events.map((event) => event.time) },
      { name: 'title', type: FieldType.string, values: events.map((event) => event.title) },
      { name: 'text', type: FieldType.string, values: events.map((event) => event.text) },
      { name: 'tags', type: FieldType.other, values: events.map((event) => event.tags) },
    ],
  });
}
