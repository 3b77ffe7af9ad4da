import { html, Html } from './html.ts';
import type { Language } from './language.ts';
import { STYLE } from './style.ts';
import { textsOf } from './texts.ts';

/** Apart from the template, whose blanks a formatter may change: the policy names the hash of exactly this text. */
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);

export interface Frame {
  readonly language: Language;
  readonly title: string;
  readonly demo: boolean;
  readonly navigation: Html | undefined;
  readonly body: Html;
}

/** A whole HTML document around `body`. */
export function documentOf({ language, title, demo, navigation, body }: Frame): string {
  const t = textsOf(language);
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} – Marginboard</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        ${navigation === undefined ? null : html`<header>${navigation}</header>`}
        <main>${demo ? html`<p class="demo" role="note">${t.demo}</p>` : null} ${body}</main>
        <footer><p class="note">${t.footer}</p></footer>
      </body>
    </html> `.text;
}
