import express, { Router, type Request } from 'express';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import type { TokenIdentity } from '../../access/tokens.ts';
import { documentOf } from '../../months/page/document.ts';
import { html } from '../../months/page/html.ts';
import { preferredLanguage, type Language } from '../../months/page/language.ts';
import { SIGN_IN_HEADERS } from '../../months/page/style.ts';
import type { AuditTrail } from '../http/audit.ts';
import { passes } from '../http/middleware.ts';
import { nameRoute } from '../http/observe.ts';
import type { Caller } from '../http/route.ts';
import type { Verdict } from '../auth/verify.ts';
import { mayRead, type Sessions } from './sessions.ts';
import { SIGN_IN_TEXTS } from './sign-in-texts.ts';

export interface SignIn {
  readonly sessions: Sessions;
  readonly verify: (token: string) => Promise<Verdict>;
  readonly isRevoked: (token: TokenIdentity) => Promise<boolean>;
  readonly limitFailures: express.RequestHandler;
  readonly audit: Pick<AuditTrail, 'add'>;
}

interface Reader {
  readonly caller: Caller;
  readonly token: TokenIdentity | undefined;
  readonly expiresAt: number;
}

const parseForm = express.urlencoded({ extended: false, limit: '16kb' });
const form = z.object({ token: z.string().trim().min(1) });

/** Signing in with a token of the API, and out. */
export function signInRoutes({ sessions, verify, isRevoked, limitFailures, audit }: SignIn): Router {
  const router = Router();

  /** The caller of a valid token that may read figures. */
  async function readerOf(jwt: string): Promise<Reader | undefined> {
    const verdict = await verify(jwt);
    if (!('caller' in verdict) || !mayRead(verdict.caller.role)) return undefined;
    const { caller, token } = verdict;
    if (token !== undefined && (await isRevoked(token))) return undefined;
    // Verified above: a token without an expiry is refused.
    return { caller, token, expiresAt: decodeJwt(jwt).exp ?? 0 };
  }

  router.get('/sign-in', (request, response) => {
    nameRoute(response, '/sign-in');
    response
      .set(SIGN_IN_HEADERS)
      .type('html')
      .send(signInPage(languageOf(request), undefined));
  });
  router.post('/session', async (request, response) => {
    nameRoute(response, '/session');
    await passes(parseForm, request, response);
    const given = form.safeParse(request.body);
    const found = given.success ? await readerOf(given.data.token) : undefined;
    audit.add({
      at: new Date(),
      subject: found?.caller.subject ?? null,
      role: found?.caller.role ?? null,
      tokenId: found?.token?.id ?? null,
      method: 'POST',
      route: '/session',
      target: null,
      status: found === undefined ? 401 : 303,
    });
    if (found === undefined) {
      await passes(limitFailures, request, response);
      response
        .status(401)
        .set(SIGN_IN_HEADERS)
        .type('html')
        .send(signInPage(languageOf(request), 'refused'));
      return;
    }
    await sessions.begin(response, found.caller, { expiresAt: found.expiresAt, token: found.token });
    response.set('Cache-Control', 'no-store').redirect(303, '/');
  });
  router.post('/session/end', (_request, response) => {
    nameRoute(response, '/session/end');
    sessions.end(response);
    response.set('Cache-Control', 'no-store').redirect(303, '/');
  });
  return router;
}

/** The page that asks for a token; `problem` says why it is shown. */
export function signInPage(language: Language, problem: 'refused' | 'used' | undefined): string {
  const t = SIGN_IN_TEXTS[language];
  return documentOf({
    language,
    title: t.title,
    demo: false,
    navigation: undefined,
    body: html`<h1>${t.title}</h1>
      ${problem === undefined ? null : html`<p class="away" role="alert">${t[problem]}</p>`}
      <p>${t.how}</p>
      <form method="post" action="/session">
        <label for="token">${t.token}</label>
        <input id="token" name="token" type="password" autocomplete="off" required />
        <p><button>${t.enter}</button></p>
      </form>
      <form method="post" action="/session/end">
        <p><button>${t.leave}</button></p>
      </form>
      <p><a href="/status">${t.status}</a></p>`,
  });
}

export function languageOf(request: Request): Language {
  const asked = request.query['lang'];
  return asked === 'en' || asked === 'fr' ? asked : preferredLanguage(request.headers['accept-language']);
}
