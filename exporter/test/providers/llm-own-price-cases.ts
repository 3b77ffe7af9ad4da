import { at, million, one, own, series } from './llm-case-parts.ts';
import type { LlmCase } from './llm-cases.ts';
import type { WrittenSeries } from './prometheus.ts';

/** A million tokens of a model, used by `user`. */
function of(provider: string, model: string, user: string): WrittenSeries {
  return own({ user_id: user, provider, model }, million);
}

/** Our own cases about prices; each id names one rule of docs/providers/llm.md. */
export const PRICE_CASES: readonly LlmCase[] = [
  one(
    'own-answered-without-tokens',
    'images, speech, emitters that only time requests: nobody knows what they cost; failed ones cost nothing',
    'default',
    [
      series(
        'llm_requests_total',
        { user_id: 'ada', provider: 'openai', model: 'gpt-image-1', status: 'success' },
        at([-1, 0], [10, 3]),
      ),
      series(
        'llm_requests_total',
        { user_id: 'bob', provider: 'openai', model: 'gpt-4o', status: 'error' },
        at([-1, 0], [10, 3]),
      ),
    ],
    {
      rows: [
        { user: 'ada', requests: 3, cost: null },
        { user: 'bob', requests: 3, errors: 3, cost: 0 },
      ],
      warnings: ['missing_tokens'],
    },
  ),
  one(
    'own-one-hour-writes',
    'cache writes of one hour have a price of their own: 1M × 3.75 + 1M × 6',
    'default',
    ['cache_write', 'cache_write_1h', 'prompt'].map((kind) =>
      own(
        { provider: 'anthropic', model: 'claude-sonnet-4-5', token_type: kind },
        kind === 'prompt' ? at([-1, 0], [10, 0]) : million,
      ),
    ),
    { rows: [{ user: 'ada', prompt: 2_000_000, cacheWrite: 2_000_000, cost: 9_750_000 }] },
  ),
  one(
    'own-audio',
    'audio has a price of its own: 0.4M × 5 + 0.6M × 40',
    'default',
    [
      own({ model: 'gpt-4o-realtime-preview' }, million),
      own({ model: 'gpt-4o-realtime-preview', token_type: 'prompt_audio' }, at([-1, 0], [10, 600_000])),
    ],
    { rows: [{ user: 'ada', prompt: 1_000_000, cost: 26_000_000 }] },
  ),
  one(
    'own-look-alike-provider',
    'a provider whose name has a part of another has no list price',
    'default',
    ['my-openai-proxy', 'custom_openai', 'vllm-openai'].map((provider) =>
      own({ user_id: provider, provider }, million),
    ),
    {
      rows: ['my-openai-proxy', 'custom_openai', 'vllm-openai'].map((user) => ({
        user,
        cost: null,
        unpriced: 1_000_000,
      })),
      totalCost: 0,
      warnings: ['unpriced_usage'],
    },
  ),
  one(
    'own-fine-tuned',
    'a fine-tuned model by the price of its base for such models',
    'default',
    [
      of('openai', 'ft:gpt-4o-mini-2024-07-18:acme::x', 'ada'),
      of('openai', 'ft:gpt-4o-mini:acme::x', 'bob'),
      of('openai', 'openai/ft:gpt-4o:acme:bot:x', 'dan'),
      of('openai', 'ft:gpt-3.5-turbo:acme::x', 'eve'),
      // The price data has none of fine-tuned models of this base.
      of('openai', 'ft:gpt-4.1:acme::x', 'fay'),
    ],
    {
      rows: [
        { user: 'ada', cost: 300_000 },
        { user: 'bob', cost: 300_000 },
        { user: 'dan', cost: 3_750_000 },
        { user: 'eve', cost: 3_000_000 },
        { user: 'fay', cost: null },
      ],
    },
  ),
  one(
    'own-local-models',
    'models of own machines have no list price, whatever they are called, also as a part of the name',
    'default',
    [
      of('ollama', 'llama3.1:8b', 'ada'),
      of('unknown', 'ollama/gpt-oss:20b', 'bob'),
      of('unknown', 'hosted_vllm/gpt-4o', 'dan'),
      of('openai', 'lm_studio/gpt-4o', 'eve'),
      of('huggingface', 'hf:deepseek-ai/DeepSeek-V3', 'fay'),
    ],
    {
      rows: ['ada', 'bob', 'dan', 'eve', 'fay'].map((user) => ({ user, cost: null, unpriced: 1_000_000 })),
      totalCost: 0,
      warnings: ['unpriced_usage'],
    },
  ),
  one(
    'own-names-of-hosts',
    'names of hosts of open models, with the path that each writes',
    'default',
    [
      of('fireworks_ai', 'fireworks_ai/accounts/fireworks/models/llama-v3p1-8b-instruct', 'fireworks'),
      of('together_ai', 'together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo', 'together'),
      of('groq', 'groq/openai/gpt-oss-20b', 'groq'),
      of('cohere_chat', 'command-r-08-2024', 'cohere'),
      of('mistral_ai', 'mistral/mistral-large-2411', 'mistral'),
      of('xai', 'xai/grok-3-mini', 'xai'),
      of('cerebras', 'cerebras/llama3.1-8b', 'cerebras'),
      of('workers-ai', '@cf/meta/llama-3.1-8b-instruct', 'cloudflare'),
      of('databricks', 'databricks-claude-3-7-sonnet', 'databricks'),
    ],
    {
      rows: [
        { user: 'fireworks', cost: 200_000 },
        { user: 'together', cost: 880_000 },
        { user: 'groq', cost: 75_000 },
        { user: 'cohere', cost: 150_000 },
        { user: 'mistral', cost: 2_000_000 },
        { user: 'xai', cost: 300_000 },
        { user: 'cerebras', cost: 100_000 },
        { user: 'cloudflare', cost: 282_000 },
        { user: 'databricks', cost: null },
      ],
    },
  ),
  one(
    'own-batch-name',
    'a name for batches is another price, which nobody stated',
    'default',
    [of('openai', 'gpt-4o-batch', 'ada')],
    { rows: [{ user: 'ada', cost: null, unpriced: 1_000_000 }], warnings: ['unpriced_usage'] },
  ),
  one(
    'own-bedrock-arn',
    'ARNs of Bedrock end with the model',
    'default',
    [
      of(
        'bedrock',
        'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
        'ada',
      ),
      of(
        'bedrock',
        'bedrock/arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-5-sonnet-20241022-v2:0',
        'bob',
      ),
    ],
    {
      rows: [
        { user: 'ada', cost: 3_300_000 },
        { user: 'bob', cost: 3_000_000 },
      ],
    },
  ),
  one(
    'own-bedrock-gov-arn',
    'GovCloud has prices of its own',
    'default',
    [
      of(
        'bedrock',
        'arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-3-5-sonnet-20241022-v2:0',
        'bob',
      ),
    ],
    { rows: [{ user: 'bob', cost: null }] },
  ),
  one(
    'own-azure-text',
    'Azure writes gpt-35, and azure_text for completions; a name of a deployment says nothing',
    'default',
    [
      of('azure_text', 'azure_text/gpt-35-turbo-instruct', 'ada'),
      of('azure_text', 'gpt-3.5-turbo-instruct', 'bob'),
      of('azure', 'my-deployment', 'eve'),
    ],
    {
      rows: [
        { user: 'ada', cost: 1_500_000 },
        { user: 'bob', cost: 1_500_000 },
        { user: 'eve', cost: null },
      ],
    },
  ),
  one(
    'own-embedding',
    'embeddings have a price of input alone',
    'default',
    [of('openai', 'text-embedding-3-small', 'ada')],
    { rows: [{ user: 'ada', cost: 20_000 }] },
  ),
  one(
    'own-price-by-context',
    'a price that rises with the length of a request: the share of the cost is said; not of what cannot be that long',
    'default',
    [
      of('gemini', 'gemini-2.5-pro', 'ada'),
      own({ user_id: 'bob', provider: 'gemini', model: 'gemini-2.5-pro' }, at([-1, 0], [10, 150_000])),
    ],
    {
      rows: [
        { user: 'ada', cost: 1_250_000 },
        { user: 'bob', cost: 187_500 },
      ],
      warnings: ['price_by_context'],
      messages: ['86.9 % of the cost (1.25 of 1.4375 USD)'],
    },
  ),
  one(
    'own-price-by-hour',
    'a price by hour: the one at noon, and the share of the cost is said',
    'default',
    [of('deepseek', 'deepseek-v4-flash', 'ada'), of('openai', 'gpt-4o', 'bob')],
    { rows: [{ user: 'ada' }], warnings: ['price_by_hour'], messages: ['of the cost'] },
  ),
];
