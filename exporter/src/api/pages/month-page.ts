import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import { isOnlyDemo } from '../../demo/label.ts';
import { isStorageAway } from '../../database/errors.ts';
import { documentOf } from '../../months/page/document.ts';
import { html } from '../../months/page/html.ts';
import type { Language } from '../../months/page/language.ts';
import { PAGE_HEADERS, SIGN_IN_HEADERS } from '../../months/page/style.ts';
import { textsOf } from '../../months/page/texts.ts';
import { coalesce } from '../../process/coalesce.ts';
import { enabledCollectors, type ApiDeps } from '../deps.ts';
import { monthPageAnswer, type pageInput } from '../features/months/page-answer.ts';
import { monthName, STATEMENT_VIEWS } from '../features/months/schema.ts';
import type { AuditTrail } from '../http/audit.ts';
import { sendEncoded } from '../http/encoded.ts';
import { nameRoute } from '../http/observe.ts';
import { HttpProblem } from '../http/problem.ts';
import type { Caller } from '../http/route.ts';
import type { Reads } from '../reads/cached-reads.ts';
import { landingPage } from './landing.ts';
import type { Sessions } from './sessions.ts';
import { languageOf, signInPage } from './sign-in.ts';

export interface MonthPages {
  readonly deps: ApiDeps;
  readonly reads: Reads;
  readonly sessions: Sessions;
  readonly audit: Pick<AuditTrail, 'add'>;
}

/** Who reads without signing in, where every figure is invented. */
const ANYBODY: Caller = { subject: 'anybody', role: 'viewer' };
/** Whoever opens the link of the start reads what a viewer reads. */
const LINK: Caller = { subject: 'link of npm start', role: 'viewer' };

const view = z.enum(STATEMENT_VIEWS).optional().catch(undefined);

/** The page of the month at `/` and `/months/{month}`; the state of the collectors for everybody else, and at `/status`. */
export function monthPages({ deps, reads, sessions, audit }: MonthPages): Router {
  const router = Router();
  const landing = landingPage(deps);
  const answer = reads.answer(monthPageAnswer(deps));
  const readIsDemo = coalesce(() => isOnlyDemo(deps.readPool));

  async function redeem(request: Request, response: Response, token: string): Promise<void> {
    response.set('Cache-Control', 'no-store');
    // A browser that only looks ahead must not use the link up.
    const isPrefetch = String(request.headers['sec-purpose'] ?? request.headers['purpose'] ?? '').includes('prefetch');
    const isGood = !isPrefetch && deps.pageLinks?.redeem(token) === true;
    audit.add({
      at: new Date(),
      subject: isGood ? LINK.subject : null,
      role: isGood ? LINK.role : null,
      tokenId: null,
      method: 'GET',
      route: '/',
      target: null,
      status: isGood ? 303 : 401,
    });
    if (!isGood) {
      response
        .status(401)
        .set(SIGN_IN_HEADERS)
        .type('html')
        .send(signInPage(languageOf(request), 'used'));
      return;
    }
    await sessions.begin(response, LINK);
    // The address that stays in the browser's history has no token.
    response.redirect(303, '/');
  }

  async function isDemonstration(): Promise<boolean> {
    // Once a provider is read, what it says is nobody else's business.
    if (!deps.settings.DEMO || enabledCollectors(deps).length > 0) return false;
    return readIsDemo().catch(() => false);
  }

  async function show(request: Request, response: Response, month: string | undefined): Promise<void> {
    const lang = languageOf(request);
    const signedIn = await sessions.callerOf(request);
    const caller = signedIn ?? ((await isDemonstration()) ? ANYBODY : undefined);
    response.set({ 'Cache-Control': 'private, no-cache' }).vary('Cookie').vary('Accept-Language');
    if (caller === undefined && month !== undefined) {
      response.status(401).set(SIGN_IN_HEADERS).type('html').send(signInPage(lang, undefined));
      return;
    }
    if (caller === undefined) {
      await landing(request, response, () => undefined);
      return;
    }
    const input: z.output<typeof pageInput> = {
      month,
      view: view.parse(request.query['view']),
      lang,
      signedIn: signedIn !== undefined,
    };
    const page = await answer(input, caller.role).catch((error: unknown) => {
      if (!isStorageAway(error)) throw error;
      return undefined;
    });
    if (page === undefined) sendAway(response, lang, deps.health.ready());
    else sendEncoded(request, response, page);
  }

  router.get('/', async (request, response) => {
    nameRoute(response, '/');
    const { token } = request.query;
    if (typeof token === 'string') await redeem(request, response, token);
    else await show(request, response, undefined);
  });
  router.get('/months/:month', async (request, response) => {
    nameRoute(response, '/months/{month}');
    const month = monthName.safeParse(request.params.month);
    if (!month.success) throw new HttpProblem(404, 'There is no such month: write it as 2026-03.');
    await show(request, response, month.data);
  });
  router.get('/status', landing);
  return router;
}

/** Without a database there is no figure; while it is still starting, the page tries again by itself. */
function sendAway(response: Response, language: Language, isReady: boolean): void {
  const t = textsOf(language);
  const body = html`<h1>Marginboard</h1>
    <p class="${isReady ? 'away' : 'note'}" role="${isReady ? 'alert' : 'status'}">${isReady ? t.away : t.starting}</p>
    <p><a href="/status">${t.status}</a></p>`;
  response
    .status(503)
    .set({ ...PAGE_HEADERS, 'Cache-Control': 'no-store', 'Retry-After': '5', ...(isReady ? {} : { Refresh: '2' }) })
    .type('html')
    .send(documentOf({ language, title: 'Marginboard', demo: false, navigation: undefined, body }));
}
