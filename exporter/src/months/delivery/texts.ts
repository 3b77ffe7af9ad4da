import type { Language } from '../page/language.ts';

/** The words of a message that are not those of the page. `{name}` stands for a value. */
export interface MessageTexts {
  readonly openSubject: string;
  readonly missingSubject: string;
  readonly closedSubject: string;
  readonly open: string;
  readonly closed: string;
  readonly highest: string;
  readonly attached: string;
  readonly why: string;
}

export const MESSAGE_TEXTS: Readonly<Record<Language, MessageTexts>> = {
  en: {
    openSubject: '{month} is over and can be closed',
    missingSubject: '{month} is over: invoices are missing',
    closedSubject: '{month} is closed',
    open: 'These are the figures as they are known now. Enter what is missing, then close the month.',
    closed: 'The statement is frozen as version {version}. What is entered later is named as a change.',
    highest: 'The highest bar stands for {amount}.',
    attached: 'Attached: the whole statement for a browser (HTML, with all pictures) and for a spreadsheet (CSV).',
    why: 'You get this because STATEMENT_MAIL_TO of Marginboard names you.',
  },
  fr: {
    openSubject: '{month} est terminé et peut être clos',
    missingSubject: '{month} est terminé : des factures manquent',
    closedSubject: '{month} est clos',
    open: 'Voici les chiffres connus à présent. Saisissez ce qui manque, puis clôturez le mois.',
    closed: 'Le relevé est figé, version {version}. Ce qui est saisi plus tard est nommé comme un changement.',
    highest: 'La barre la plus haute vaut {amount}.',
    attached:
      'En pièces jointes : le relevé entier pour un navigateur (HTML, avec toutes les images) et pour un tableur (CSV).',
    why: 'Vous recevez ce message parce que STATEMENT_MAIL_TO de Marginboard vous nomme.',
  },
};
