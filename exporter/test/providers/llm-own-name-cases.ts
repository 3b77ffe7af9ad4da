import { at, million, one, own } from './llm-case-parts.ts';
import type { LlmCase } from './llm-cases.ts';

type Priced = readonly [provider: string, model: string, micros: number | null];

/** A case of many names: a million tokens of input each, and what they cost. */
function named(id: string, why: string, names: readonly Priced[], warnings: readonly string[] = []): LlmCase {
  return one(
    id,
    why,
    'default',
    names.map(([provider, model], index) => own({ user_id: `u${index}`, provider, model }, million)),
    { rows: names.map(([, , cost], index) => ({ user: `u${index}`, cost })), warnings: [...warnings] },
  );
}

/** Names of models and their prices; each id names one rule of docs/providers/llm.md. */
export const NAME_CASES: readonly LlmCase[] = [
  named('own-azure-places', 'Azure names the data zone and the kind of deployment before the model', [
    ['azure', 'azure/eu/gpt-4o', 2_500_000],
    ['azure', 'azure/us/gpt-4o-2024-11-20', 2_500_000],
    ['azure', 'azure/global/gpt-4o', 2_500_000],
    ['azure', 'azure/global-standard/gpt-4o', 2_500_000],
    ['azure_ai', 'azure_ai/gpt-4o', 2_500_000],
    ['azure', 'gpt-4o-mini', 150_000],
  ]),
  named('own-google-paths', 'Google’s SDKs write paths', [
    ['vertex_ai', 'publishers/google/models/gemini-2.5-pro', 1_250_000],
    ['vertex_ai', 'projects/p1/locations/us-central1/publishers/google/models/gemini-2.5-pro', 1_250_000],
    ['gemini', 'gemini/gemini-2.5-pro', 1_250_000],
    ['vertex_ai', 'vertex_ai/gemini-2.5-pro', 1_250_000],
    ['vertex_ai', 'claude-sonnet-4-5@20250929', 3_000_000],
    ['vertex_ai', 'claude-sonnet-4-5@default', 3_000_000],
    ['vertex_ai', 'vertex_ai/claude-sonnet-4-5@20250929', 3_000_000],
  ]),
  named('own-openrouter-variants', 'OpenRouter’s variants of a model', [
    ['openrouter', 'openai/gpt-4o:online', 2_500_000],
    ['openrouter', 'openrouter/openai/gpt-4o', 2_500_000],
    ['openrouter', 'meta-llama/llama-3.3-70b-instruct:free', 0],
    ['openrouter', 'openai/gpt-4o:acme', null],
  ]),
  named(
    'own-other-models',
    'an end that is no date, version, latest or preview is another model',
    [
      ['openai', 'gpt-4o-acme', null],
      ['openai', 'gpt-4oo', null],
      ['openai', 'my-gpt-4o', null],
      ['openai', 'gpt-4o-mini-2024-07-18', 150_000],
      ['openai', 'gpt-4o-2024-11-20', 2_500_000],
      ['anthropic', 'claude-sonnet-4-5-latest', 3_000_000],
      ['anthropic', 'claude-sonnet-4-5-turbo', null],
      ['openai', 'gpt-5-nano-acme', null],
    ],
    ['unpriced_usage'],
  ),
  named(
    'own-newest-of-a-family',
    'gemini-pro-latest is the newest of its family, not the first one, which was called gemini-pro',
    [
      ['gemini', 'gemini-pro-latest', null],
      ['gemini', 'gemini-pro', 125_000],
    ],
    ['unpriced_usage'],
  ),
  named(
    'own-nobody’s-names',
    'names of things that have no price by the token',
    [
      ['openai', 'whisper-1', null],
      ['openai', 'dall-e-3', null],
      ['openai', 'tts-1', null],
      ['cohere', 'rerank-v3.5', null],
      ['elevenlabs', 'eleven_multilingual_v2', null],
      ['mistral', 'mistral-ocr-latest', null],
      ['openai', '', null],
      ['openai', 'unknown', null],
    ],
    ['unpriced_usage'],
  ),
  one(
    'own-sound-and-pictures',
    'models that charge sound and pictures otherwise: counted at the price of text, and the share of the cost is said',
    'default',
    [
      own({ model: 'gpt-4o-transcribe' }, million),
      own({ user_id: 'bob', model: 'gpt-image-1' }, million),
      own({ user_id: 'dan', model: 'gpt-4o-audio-preview' }, million),
      own({ user_id: 'eve', provider: 'litellm_proxy', model: 'litellm_proxy/gpt-4o' }, million),
    ],
    {
      rows: [
        { user: 'ada', cost: 2_500_000 },
        { user: 'bob', cost: 5_000_000 },
        { user: 'dan', cost: 2_500_000 },
        { user: 'eve', cost: 2_500_000 },
      ],
      warnings: ['price_by_modality'],
      messages: ['80 % of the cost'],
    },
  ),
  one(
    'own-sound-that-is-counted',
    'where the source counts sound by itself nothing is left open',
    'default',
    [
      own({ model: 'gpt-4o-transcribe' }, million),
      own({ model: 'gpt-4o-transcribe', token_type: 'prompt_audio' }, million),
    ],
    { rows: [{ user: 'ada', cost: 6_000_000 }] },
  ),
  one(
    'own-output-of-embeddings',
    'output of a model that has no price for output: unknown, not the price of its input alone',
    'default',
    [
      own({ model: 'text-embedding-3-small' }, million),
      own({ model: 'text-embedding-3-small', token_type: 'completion' }, at([-1, 0], [10, 10])),
    ],
    { rows: [{ user: 'ada', cost: null, unpriced: 1_000_010 }] },
  ),
  one(
    'own-cache-of-gpt-4o',
    'cached reads inside the input: 0.6M × 2.50 + 0.4M × 1.25',
    'default',
    [own({}, million), own({ token_type: 'cache_read' }, at([-1, 0], [10, 400_000]))],
    { rows: [{ user: 'ada', prompt: 1_000_000, cacheRead: 400_000, cost: 2_000_000 }] },
  ),
];
