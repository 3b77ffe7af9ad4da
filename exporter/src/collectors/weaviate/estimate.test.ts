import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weaviateSettings } from '../../../test/providers/weaviate.ts';
import { parseMicros } from '../../money/micros.ts';
import { estimateWeaviate, isBilled } from './estimate.ts';
import { extrapolate } from './measure.ts';
import { weaviateSamples } from './samples.ts';

describe('the Weaviate estimate', () => {
  it('is the minimum for a small cluster, and says so', () => {
    const estimate = estimateWeaviate(weaviateSettings(), { dimensions: 65n * 1_536n, storageBytes: 400_000n });
    expect(estimate).toMatchObject({ monthlyCents: 4_500n, minimum: true });
    expect(estimate.parts.map((part) => [part.component, part.monthlyUsd])).toEqual([
      ['dimensions', '0.000464'],
      ['storage', '0.000045'],
      ['backup', '0.000011'],
      ['minimum', '44.99948'],
    ]);
    expect(estimate.parts[3]?.basis).toContain('2026-10-07');
  });

  it('is the usage beyond it', () => {
    // 20,000 million dimensions at 0.00465, 100 GiB at 0.12 and at 0.03036.
    const estimate = estimateWeaviate(weaviateSettings(), { dimensions: 20_000_000_000n, storageBytes: 100n << 30n });
    expect(estimate).toMatchObject({ monthlyCents: 10_804n, minimum: false });
  });

  it('has parts that add up', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 13n), fc.bigInt(0n, 10n ** 14n), (dimensions, storageBytes) => {
        const { monthlyCents, parts } = estimateWeaviate(weaviateSettings(), { dimensions, storageBytes });
        const sum = parts.reduce((total, part) => total + parseMicros(part.monthlyUsd), 0n);
        const rest = sum - monthlyCents * 10_000n;
        expect(rest < 0n ? -rest : rest).toBeLessThanOrEqual(5_000n);
        expect(monthlyCents).toBeGreaterThanOrEqual(4_500n);
      }),
    );
  });

  it.each([
    ['auto', { cloud: true, loopback: false }, true],
    ['auto', { cloud: false, loopback: true }, true],
    ['auto', { cloud: false, loopback: false }, false],
    ['flex', { cloud: false, loopback: false }, true],
    ['self_hosted', { cloud: true, loopback: false }, false],
  ] as const)('plan %s on %j: %s', (plan, address, billed) => expect(isBilled(plan, address)).toBe(billed));
});

describe('a sample', () => {
  const object = (size: number) => ({
    properties: { a: 'é' },
    vectors: { default: new Array<number>(size).fill(0) },
    vector: undefined,
  });

  it('is exact where it is the whole, and scaled where not', () => {
    expect(extrapolate(2n, [object(3), object(5)])).toEqual({
      vectors: 2n,
      dimensions: 8n,
      storageBytes: 8n * 4n + 2n * 10n,
      sampled: false,
    });
    expect(extrapolate(1_000_000_000_000n, [object(1_536)])).toMatchObject({
      vectors: 1_000_000_000_000n,
      dimensions: 1_536_000_000_000_000n,
      sampled: true,
    });
  });

  it('counts every row of a multi-vector and no vector of an object without one', () => {
    const multi = {
      properties: {},
      vector: undefined,
      vectors: {
        colbert: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        title: [1, 2, 3],
      },
    };
    expect(extrapolate(2n, [multi, { properties: {}, vector: undefined, vectors: {} }])).toMatchObject({
      vectors: 4n,
      dimensions: 9n,
    });
  });
});

describe('samples for /metrics', () => {
  it('names a hundred collections and adds up the rest', () => {
    const collections = Array.from({ length: 130 }, (_, index) => ({
      name: `C${index}`,
      objects: BigInt(1_000 - index),
      vectors: 0n,
      dimensions: 0n,
      storageBytes: 2n,
      sampled: false,
      uncountedTenants: 0,
    }));
    const samples = weaviateSamples({ collections });
    expect(samples).toHaveLength(202);
    expect(samples.filter((sample) => sample.labels['collection'] === 'other').map((sample) => sample.value)).toEqual([
      30 * 1_000 - (100 + 129) * 15,
      60,
    ]);
  });
});
