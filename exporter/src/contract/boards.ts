/** The dashboards that Marginboard provisions: `dashboards/` writes them, the plugin recognises them. */
export const BOARDS = ['business', 'revenue', 'margins', 'costs', 'llm', 'health'] as const;
export type BoardName = (typeof BOARDS)[number];

export const BOARD_LANGUAGES = ['en', 'fr'] as const;
export type BoardLanguage = (typeof BOARD_LANGUAGES)[number];

/** English boards have no suffix. */
export const boardUid = (board: BoardName, language: BoardLanguage): string =>
  `marginboard-${board}${language === 'en' ? '' : `-${language}`}`;

export const BOARD_UIDS: readonly string[] = BOARDS.flatMap((board) =>
  BOARD_LANGUAGES.map((language) => boardUid(board, language)),
);
