import type { Sample } from '../contract.ts';
import type { WeaviateData } from './data.ts';

/** Collections with series of their own; the rest is `other`. */
const MOST = 100;

/** The gauges by collection, the largest first. */
export function weaviateSamples(data: Pick<WeaviateData, 'collections'>): readonly Sample[] {
  const byLabel = new Map<string, { objects: bigint; storageBytes: bigint }>();
  for (const [index, { name, objects, storageBytes }] of data.collections.entries()) {
    const label = index < MOST ? name : 'other';
    const before = byLabel.get(label) ?? { objects: 0n, storageBytes: 0n };
    byLabel.set(label, { objects: before.objects + objects, storageBytes: before.storageBytes + storageBytes });
  }
  return [...byLabel].flatMap(([collection, { objects, storageBytes }]) => [
    { name: 'vector_objects', labels: { provider: 'weaviate', collection }, value: Number(objects) },
    { name: 'vector_storage_bytes', labels: { provider: 'weaviate', collection }, value: Number(storageBytes) },
  ]);
}
