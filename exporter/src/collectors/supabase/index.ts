export { createSupabaseCollector, type SupabaseSettings } from './collector.ts';
export type { SupabaseData, SupabaseDay } from './data.ts';
export { createEmailDirectory, type EmailDirectory, type EmailDirectoryOptions } from './emails.ts';
