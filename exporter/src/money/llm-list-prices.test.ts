import { existsSync, readFileSync } from 'node:fs';
import { findProvider } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findModel, priceOfModel } from './llm-catalogue.ts';
import { wholeNames } from './llm-model-match.ts';
import { formatMicros } from './micros.ts';

const DAY = '2026-10-01';
const PROVIDERS = ['openai', 'anthropic', 'azure', 'aws', 'google', 'mistral', 'groq', 'deepseek', 'cohere', 'x-ai'];
const MORE = ['perplexity', 'together', 'fireworks', 'voyageai'];

/** How one name is priced: by which model of the price data, per million input and output tokens. */
function line(provider: string, name: string): string {
  const info = findModel(provider, name);
  const price = info && priceOfModel(info, DAY);
  const usd = (amount: bigint | undefined): string => (amount === undefined ? '-' : formatMicros(amount / 1_000_000n));
  return `${provider}\t${name}\t${price === undefined ? '-' : `${info?.id ?? ''}\t${usd(price.input)}\t${usd(price.output)}`}`;
}

/** Names as gateways write them, made from those in the price data: as they are, prefixed, dated, and with a stranger's end. */
function names(provider: string): string[] {
  const models = findProvider({ providerId: provider })?.models ?? [];
  const known = models.flatMap(({ id, match }) => [id, ...wholeNames(match).names.slice(0, 2)]);
  const plain = [...new Set(known.map((name) => name.toLowerCase()))].sort();
  return plain.flatMap((name) => [name, `${provider}/${name}`, `${name}-2099-01-31`, `${name}-acme`]);
}

describe('the list price of model names', () => {
  // A new version of the price data shows here: read what changed, then `vitest -u`.
  it('is by the models that it was by', async () => {
    const table = [...PROVIDERS, ...MORE].flatMap((provider) => names(provider).map((name) => line(provider, name)));
    expect(table.length).toBeGreaterThan(1_300);
    await expect(`${table.join('\n')}\n`).toMatchFileSnapshot('llm-list-prices.tsv');
  });

  it('is none for a name with an end that nobody stated', () => {
    const strangers = [...PROVIDERS, ...MORE].flatMap((provider) =>
      names(provider)
        .filter((name) => name.endsWith('-acme') && !/^ft:|\.ft-/.test(name))
        .filter((name) => findModel(provider, name) !== undefined)
        .map((name) => `${provider} ${name}`),
    );
    expect(strangers).toEqual([]);
  });

  const file = new URL(
    process.env.LLM_PRICES ?? '../../../../shared/specs/llm/litellm_model_prices.trimmed.json',
    import.meta.url,
  );
  it.skipIf(!existsSync(file))('is close to that of another list for most of its names, and far off for none', () => {
    const entry = z.object({
      litellm_provider: z.string(),
      mode: z.string().optional(),
      input_cost_per_token: z.number().optional(),
    });
    const other = Object.entries(z.record(z.string(), entry).parse(JSON.parse(readFileSync(file, 'utf8'))));
    let [priced, equal] = [0, 0];
    for (const [name, { litellm_provider, input_cost_per_token: theirs }] of other) {
      const info = findModel(litellm_provider, name);
      const ours = info && priceOfModel(info, DAY)?.input;
      if (ours === undefined || theirs === undefined) continue;
      priced += 1;
      if (Math.abs(Number(ours) / 1e18 / theirs - 1) < 0.25) equal += 1;
    }
    expect(priced).toBeGreaterThan(600);
    // Prices move between two lists of different days; another model's price would be far off.
    expect(equal / priced).toBeGreaterThan(0.9);
  });
});
