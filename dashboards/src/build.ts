import type { Dashboard, DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { business } from './boards/business.ts';
import { costs } from './boards/costs.ts';
import { health } from './boards/health.ts';
import { margins } from './boards/margins.ts';
import { EN } from './texts/en.ts';
import { FR } from './texts/fr.ts';
import { BOARDS, type BoardName, type Texts } from './texts/texts.ts';

export const LANGUAGES = [EN, FR] as const;
const BUILDERS: Readonly<Record<BoardName, (t: Texts) => DashboardBuilder>> = { business, margins, costs, health };

/** Every committed file: path below `dashboards/` → content. A test compares them. */
export function dashboardFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(LANGUAGES.flatMap((t) => BOARDS.map((name) => [`${t.language}/${name}.json`, `${JSON.stringify(built(name, t), null, 2)}\n`])));
}

export function built(name: BoardName, t: Texts): Dashboard {
  const board = BUILDERS[name](t).build();
  // The SDK always hides them in the menu of controls; the other boards are one click away.
  return { ...board, links: (board.links ?? []).map(({ placement: _, ...link }) => link) };
}
