import type { RequestListener } from 'node:http';
import type { AppParts } from './parts.ts';
import { createApi } from '../api/api.ts';
import { createDoctor } from '../doctor/service.ts';
import { documentKey } from '../settings/document-key.ts';
import { jwtSecret } from '../settings/jwt-secret.ts';

/** The HTTP side over the parts of the app: every route is the API module's, here they only meet. */
export async function createHandler(parts: AppParts): Promise<RequestListener> {
  const { settings, log, collectors, nextRun, ready, writeRefusal, secret } = parts;
  const signingSecret = await jwtSecret(settings);
  if (signingSecret !== undefined) secret(signingSecret);
  const key = await documentKey(settings);
  if (key !== undefined) secret(key);
  const { createEmailDirectory } = await import('../collectors/supabase/index.ts');
  return createApi({
    ...parts,
    jwtSecret: signingSecret,
    documentKey: key,
    collectors: { settings: () => collectors.map((one) => ({ name: one.name, readiness: one.configured() })), nextRun },
    emails: createEmailDirectory({ settings, db: parts.pool, log, signal: parts.stopping }),
    doctor: createDoctor({ ...parts, db: parts.pool }),
    health: { ready, writeRefusal },
  });
}
