import type { ApiDeps } from '../../deps.ts';

/** Without an answer of the auth server the figures are shown under fallback names. */
export async function emailsOf(
  { emails, log }: Pick<ApiDeps, 'emails' | 'log'>,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  try {
    return await emails.emailsOf(userIds);
  } catch (error) {
    log.warn({ err: error }, 'e-mails of users cannot be read');
    return new Map();
  }
}
