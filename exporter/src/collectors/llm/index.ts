export { createLlmCollector } from './collector.ts';
export type { LlmData } from './data.ts';
