/**
 * The names that gateways, SDKs and OpenTelemetry give to providers and models, brought to those of the price data.
 * A provider is known by its whole name or not at all: `my-openai-proxy` is not OpenAI and has no list price.
 */

/** Other names of providers, without separators (`azure.ai.openai` and `azure_ai_openai` are one name). */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  anthropic: ['anthropictext', 'anthropicmessages'],
  aws: [
    'awsbedrock',
    'awsanthropic',
    'bedrock',
    'bedrockconverse',
    'bedrockruntime',
    'amazon',
    'amazonbedrock',
    'awsbedrockruntime',
  ],
  azure: [
    'azureai',
    'azuretext',
    'azureopenai',
    'azureaiopenai',
    'azureaiinference',
    'azaiopenai',
    'azaiinference',
    'azureopenaichat',
    'azureopenairesponses',
    'azureaifoundry',
    'microsoftfoundry',
  ],
  cloudflare: ['workersai', 'cloudflareworkersai'],
  cohere: ['coherechat'],
  deepseek: ['deepseekchat'],
  fireworks: ['fireworksai', 'fireworkschat'],
  google: [
    'gemini',
    'vertex',
    'vertexai',
    'vertexaibeta',
    'gcp',
    'gcpgemini',
    'gcpgenai',
    'gcpvertexai',
    'gcpvertex',
    'gcpanthropic',
    'googleai',
    'googleaistudio',
    'googlegenai',
    'googlegenerativeai',
    'googlegenaiai',
    'googlevertex',
    'googlevertexai',
    'googlevertexchat',
    'googlegla',
    'vertexailanguagemodels',
    'vertexaianthropicmodels',
  ],
  groq: ['groqchat'],
  mistral: ['mistralai', 'mistralchat', 'codestral', 'textcompletioncodestral'],
  moonshotai: ['moonshot'],
  openai: ['openaichat', 'openairesponses', 'openaicompletion', 'openaiembedding', 'textcompletionopenai'],
  perplexity: ['perplexityai', 'perplexitychat'],
  together: ['togetherai', 'togetheraichat'],
  voyageai: ['voyage'],
  'x-ai': ['xai', 'xaichat'],
};

/** No name of a provider: the emitter is a framework or a gateway, and the model's own name decides. */
const UNDECIDED: ReadonlySet<string> = new Set([
  '',
  'unknown',
  'none',
  'litellm',
  'litellmproxy',
  'langchain',
  'langgraph',
  'llamaindex',
  'haystack',
  'crewai',
  'autogen',
  'openllmetry',
  'openlit',
  'portkey',
]);

const IDS: ReadonlyMap<string, string> = new Map(
  Object.entries(ALIASES).flatMap(([id, names]) =>
    [id.replaceAll('-', ''), ...names].map((name) => [name, id] as const),
  ),
);

/** What a provider's name says: the id in the price data, that it says nothing, or that it is somebody's own. */
export function providerOfName(name: string): { readonly id: string } | 'undecided' | 'unlisted' {
  const plain = name.trim().toLowerCase();
  const joined = plain.replaceAll(/[\s._-]+/g, '');
  if (UNDECIDED.has(joined)) return 'undecided';
  const id = IDS.get(joined);
  return id === undefined ? 'unlisted' : { id };
}

/** Azure's data zones and deployment types, Bedrock's regions and call styles: where a model runs, not which it is. */
const PLACES =
  /^(?:(?:eu|us|global|global-standard|standard|datazone|data-zone|converse|converse_like|invoke|chat|responses|(?!us-gov-)[a-z]{2}(?:-[a-z]+)+-\d)\/)+/;
const GOOGLE_PATH = /^(?:projects\/[^/]+\/locations\/[^/]+\/)?(?:publishers\/[^/]+\/)?models\//;
/** Bedrock's ARNs that end with a model's id; those of application profiles end with a name of the customer's own. */
const ARN = /^arn:aws:bedrock:(?!us-gov-)[a-z0-9-]*:\d*:(?:foundation-model|inference-profile)\//;
const FIREWORKS_PATH = /^accounts\/fireworks\/models\//;

/** OpenAI's `ft:<base>:<organization>:<suffix>:<id>`. */
const FINE_TUNED = /^(ft:[^:]+):.+$/;

/** A model's name without what only says where or how it is called; the form that came first. */
export function modelForms(model: string): string[] {
  const name = model.trim().toLowerCase();
  const bare = name
    .replace(GOOGLE_PATH, '')
    .replace(PLACES, '')
    .replace(GOOGLE_PATH, '')
    .replace(ARN, '')
    .replace(FIREWORKS_PATH, '');
  const forms = new Set<string>();
  for (const form of [name, bare, bare.replace(/@default$/, '')]) {
    forms.add(form);
    forms.add(withDashedDate(form));
    forms.add(form.replace(/@(?=\d|latest$|default$)/, '-'));
    // A fine-tuned model without the names of its owner; its price is not that of its base.
    forms.add(form.replace(FINE_TUNED, '$1'));
    // Azure writes no dot into names of deployments.
    forms.add(form.replace(/^gpt-35-/, 'gpt-3.5-'));
  }
  forms.delete('');
  return [...forms];
}

function withDashedDate(name: string): string {
  return name.replace(/-(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/, '-$1-$2-$3');
}

const DATE = String.raw`20\d{2}-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])|20\d{2}-?(?:0[1-9]|1[0-2])|(?:0[1-9]|1[0-2])-(?:[0-3]\d|20\d{2})|(?:0[1-9]|1[0-2])[0-3]\d|2[3-9](?:0[1-9]|1[0-2])`;
const VERSION = String.raw`v\d+(?:[.:]\d+)*|00\d|\d:\d+`;
const PIECE = `[-@](?:${DATE}|${VERSION}|latest|preview|default)`;
const REMAINDER = new RegExp(`^(?:${PIECE})*(?::\\d+)?(?::\\d+k)?$`);
const LAST_PIECE = new RegExp(`(?:${PIECE}|(?<=v\\d+):\\d+)$`);

/** Whether what follows a known name still means the same model: a date, a version, `latest` or `preview`. */
export function isSameModel(remainder: string): boolean {
  return REMAINDER.test(remainder);
}

/** The name with its dates, versions, `latest` and `preview` taken off, one after the other. */
export function shorterNames(name: string): string[] {
  const names: string[] = [];
  let shorter = name;
  for (let next = shorter.replace(LAST_PIECE, ''); next !== shorter; next = shorter.replace(LAST_PIECE, '')) {
    names.push(next);
    shorter = next;
  }
  return names;
}

/** What may stand before a model's own name inside a Bedrock or Vertex id: a region group and a vendor. */
export function isPlace(prefix: string): boolean {
  return /^(?:(?:us|eu|apac|ap|jp|au|ca|sa|me|global)\.)?(?:[a-z0-9]+[./])?$/.test(prefix);
}
