import type { Sample } from '../contract.ts';
import type { DigitalOceanData } from './data.ts';

const COUNTED = ['apps', 'databases', 'registries', 'buckets'] as const;

/** What exists; the cost gauges come from the ledger. An unknown count has no series. */
export function digitalOceanSamples({ resources }: Pick<DigitalOceanData, 'resources'>): Sample[] {
  const provider = 'digital_ocean';
  const counts = COUNTED.flatMap((component) => {
    const value = resources[component];
    return value === null ? [] : [{ name: 'resources', labels: { provider, component }, value }];
  });
  const bytes = resources.registryStorageBytes;
  return bytes === null ? counts : [...counts, { name: 'storage_bytes', labels: { provider }, value: bytes }];
}
