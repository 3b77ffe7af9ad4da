export { createWeaviateCollector, type WeaviateSettings } from './collector.ts';
export type { WeaviateData } from './data.ts';
export type { CollectionUsage } from './measure.ts';
