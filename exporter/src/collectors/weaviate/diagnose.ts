import type { CollectContext, Finding } from '../contract.ts';
import { CollectorError } from '../errors.ts';
import { remedyForTransport } from '../remedy.ts';
import { weaviateAddress, weaviateReadiness, type WeaviateConnection } from './address.ts';
import { openWeaviate } from './client.ts';
import { isBilled, type WeaviatePrices } from './estimate.ts';

/** Says whether the cluster can be reached both ways and what the key may do. */
export async function diagnoseWeaviate(
  settings: WeaviateConnection & WeaviatePrices,
  context: CollectContext,
): Promise<readonly Finding[]> {
  const readiness = weaviateReadiness(settings);
  if (readiness.outcome !== 'ready')
    return [
      {
        check: 'WEAVIATE_URL, WEAVIATE_API_KEY',
        ok: false,
        message: `${readiness.reason}: ${readiness.message}`,
        remedy: 'Weaviate Cloud console → cluster → REST endpoint and API keys',
      },
    ];
  const address = weaviateAddress(settings);
  try {
    const client = await openWeaviate(address, settings.WEAVIATE_API_KEY, context);
    try {
      const [first] = client.collections;
      const trouble = client.grpcTrouble();
      return [
        {
          check: 'read the schema',
          ok: true,
          message: `Weaviate ${client.version}, ${client.collections.length} collections`,
        },
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
          : { check: 'cost', ok: true, message: "not estimated: the server is one's own (WEAVIATE_PLAN)" },
      ];
    } finally {
      await client.close();
    }
  } catch (error) {
    return [
      {
        check: 'read the schema',
        ok: false,
        message: told(error),
        remedy: remedyOf(
          error,
          'Check WEAVIATE_URL and WEAVIATE_API_KEY (the key needs read_collections and read_data)',
        ),
      },
    ];
  }
}

async function counting(count: () => Promise<bigint>): Promise<Finding> {
  try {
    return { check: 'read data', ok: true, message: `may count objects (${await count()} in the first collection)` };
  } catch (error) {
    return {
      check: 'read data',
      ok: false,
      message: told(error),
      remedy: remedyOf(error, 'Give the key read_data on every collection'),
    };
  }
}

function remedyOf(error: unknown, otherwise: string): string {
  return (
    (error instanceof CollectorError ? remedyForTransport(error, 'Weaviate', 'WEAVIATE_URL') : undefined) ?? otherwise
  );
}

function told(error: unknown): string {
  return error instanceof CollectorError ? `${error.reason}: ${error.message}` : 'bug: the check itself failed';
}
