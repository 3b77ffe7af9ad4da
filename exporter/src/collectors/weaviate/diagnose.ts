import type { CollectContext, Finding } from '../contract.ts';
import type { CollectorError } from '../errors.ts';
import { findingOfSettings, probe } from '../finding.ts';
import { remedyForTransport } from '../remedy.ts';
import { weaviateAddress, type WeaviateConnection } from './address.ts';
import { weaviateReadiness } from './readiness.ts';
import { openWeaviate } from './client.ts';
import { isBilled, type WeaviatePrices } from './estimate.ts';

/** Says whether the cluster can be reached both ways and what the key may do. */
export async function diagnoseWeaviate(
  settings: WeaviateConnection & WeaviatePrices,
  context: CollectContext,
): Promise<readonly Finding[]> {
  const unready = findingOfSettings(
    weaviateReadiness(settings),
    'WEAVIATE_URL, WEAVIATE_API_KEY',
    'Weaviate Cloud console → cluster → REST endpoint and API keys',
  );
  if (unready !== undefined) return [unready];
  const address = weaviateAddress(settings);
  const findings: Finding[] = [];
  const { finding, error } = await probe({
    check: 'read the schema',
    onFailure: false,
    remedyFor: remedyOr('Check WEAVIATE_URL and WEAVIATE_API_KEY (the key needs read_collections and read_data)'),
    read: async () => {
      const client = await openWeaviate(address, settings.WEAVIATE_API_KEY, context);
      try {
        const [first] = client.collections;
        const trouble = client.grpcTrouble();
        findings.push(
          ...(first && !first.multiTenant ? [await counting(() => client.count(first.name))] : []),
          trouble === undefined
            ? {
                check: 'gRPC',
                ok: true,
                message: first
                  ? `${address.grpc.host}:${address.grpc.port} answers`
                  : 'not tried: there is no collection to count',
              }
            : {
                check: 'gRPC',
                ok: 'warning',
                message: `${address.grpc.host}:${address.grpc.port} does not get through (${trouble}); counting over HTTP instead`,
                remedy: 'Open the gRPC port, or set WEAVIATE_GRPC_URL',
              },
          isBilled(settings.WEAVIATE_PLAN, address)
            ? {
                check: 'cost',
                ok: 'warning',
                message: `estimated by list prices read ${settings.WEAVIATE_PRICES_READ_ON}`,
                remedy: 'Enter the invoices, or set WEAVIATE_MONTHLY_COST_USD, or WEAVIATE_PLAN=self_hosted',
              }
            : { check: 'cost', ok: true, message: 'not estimated: the server is self-hosted (WEAVIATE_PLAN)' },
        );
        return `Weaviate ${client.version ?? 'of an unknown version'}, ${client.collections.length} collections`;
      } finally {
        await client.close();
      }
    },
  });
  return error === undefined ? [finding, ...findings] : [finding];
}

async function counting(count: () => Promise<bigint>): Promise<Finding> {
  const { finding } = await probe({
    check: 'read data',
    // One collection that cannot be counted costs only itself; what the run says of all of them decides.
    onFailure: 'warning',
    read: async () => `may count objects (${await count()} in the first collection)`,
    remedyFor: remedyOr('Give the key read_data on every collection'),
  });
  return finding;
}

function remedyOr(otherwise: string): (error: CollectorError) => string {
  return (error) => remedyForTransport(error, 'Weaviate', 'WEAVIATE_URL') ?? otherwise;
}
