import { createHash } from 'node:crypto';

/** Colours of the charts are variables, so that one picture is right in light and in dark. */
export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif;
  --page: #fff; --text: #1b1f24; --muted: #57606a; --line: #d0d7de; --card: #f6f8fa; --good: #116329; --bad: #b42318;
  --revenue: #1a7f37; --cost: #bc4c00; --margin: #0969da; --mrr: #8250df; --prompt: #0969da; --completion: #bf3989 }
@media (prefers-color-scheme: dark) { :root {
  --page: #0d1117; --text: #e6edf3; --muted: #9da7b3; --line: #30363d; --card: #161b22; --good: #56d364; --bad: #ff7b72;
  --revenue: #56d364; --cost: #f0883e; --margin: #58a6ff; --mrr: #bc8cff; --prompt: #58a6ff; --completion: #f778ba } }
body { max-width: 64rem; margin: 1.5rem auto; padding: 0 1rem; background: var(--page); color: var(--text) }
h1 { font-size: 1.7rem; margin: .5rem 0 } h2 { font-size: 1.15rem; margin: 2rem 0 .3rem } p { margin: .4rem 0 }
a { color: var(--margin) } a:focus-visible, summary:focus-visible { outline: 2px solid var(--margin); outline-offset: 2px }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: baseline } nav [aria-current] { font-weight: 600 }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .8rem; margin: 1rem 0; padding: 0 }
.cards > div { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .7rem .9rem }
.cards dt { color: var(--muted) } .cards dd { margin: 0; font-size: 1.5rem; font-variant-numeric: tabular-nums }
.cards dd small { display: block; font-size: .85rem; color: var(--muted) }
.good { color: var(--good) } .bad { color: var(--bad) } .note { color: var(--muted); font-size: .92rem }
.demo, .away { padding: .5rem 1rem; border-radius: .4rem; color: #fff; background: #9a3412 }
.table { overflow-x: auto } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
figure { margin: .3rem 0 } figure svg { display: block; width: 100%; height: auto }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; list-style: none; padding: 0; margin: .2rem 0; font-size: .9rem }
.legend svg { width: .8em; height: .8em; display: inline-block; margin-right: .35em }
code { overflow-wrap: anywhere }
label { display: block; margin: .4rem 0 } input { font: inherit; width: 100%; max-width: 30rem } button { font: inherit }
@media print { nav, .screen { display: none } body { max-width: none; margin: 0; font-size: 11pt } h2 { break-after: avoid }
  figure, .cards, tr { break-inside: avoid } :root { --page: #fff; --text: #000; --muted: #333; --card: #fff } }
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

const policy = (formAction: string): Readonly<Record<string, string>> => ({
  'Content-Security-Policy':
    `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action ${formAction}; ` +
    "frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
});

/** No script and no request to anywhere: stored text could do no harm even if it were not escaped. */
export const PAGE_HEADERS = policy("'none'");

/** The same for the page with the form that signs in; what was typed is not kept by the browser. */
export const SIGN_IN_HEADERS = { ...policy("'self'"), 'Cache-Control': 'no-store' };
