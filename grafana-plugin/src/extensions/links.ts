import {
  isDateTime,
  PluginExtensionPoints,
  type AppPlugin,
  type DateTime,
  type PluginExtensionPanelContext,
} from '@grafana/data';
import { config, getTemplateSrv, locationService } from '@grafana/runtime';
import type { AppOptions } from '../config/options.ts';
import { APP_ID } from '../shared/ids.ts';
import { ownQueries } from './own-queries.ts';

/**
 * The titles under which plugin.json declares the links. They are shown in the person's language; the app's texts are
 * loaded with its pages, and a menu does not wait for them.
 */
const EXPLAIN = { title: 'Explain this figure', french: 'Expliquer ce chiffre' };
const ENTER = { title: 'Enter invoice', french: 'Saisir une facture' };

const titleOf = ({ title, french }: { readonly title: string; readonly french: string }): string =>
  config.bootData.user.language === 'fr-FR' ? french : title;

const isAdmin = (): boolean => {
  const role: string = config.bootData.user.orgRole;
  return role === 'Admin' || config.bootData.user.isGrafanaAdmin;
};

const mayExplore = (): boolean =>
  config.exploreEnabled && config.bootData.user.permissions?.['datasources:explore'] === true;

const timeText = (time: DateTime | string): string => (isDateTime(time) ? String(time.valueOf()) : time);

/** The panel menu of our own data source's panels, and the command palette. */
export function addLinks(plugin: AppPlugin<AppOptions>): AppPlugin<AppOptions> {
  return plugin
    .addLink<PluginExtensionPanelContext>({
      title: EXPLAIN.title,
      description: 'Opens Explore with what the figures of the panel consist of',
      targets: PluginExtensionPoints.DashboardPanelMenu,
      icon: 'compass',
      configure: (panel) =>
        panel !== undefined && mayExplore() && ownQueries(panel.targets).length > 0
          ? { title: titleOf(EXPLAIN) }
          : undefined,
      onClick: (_event, { context }) => {
        if (context === undefined) return;
        const { from, to } = context.timeRange;
        const range = { from: timeText(from), to: timeText(to) };
        // This file is loaded with every page of Grafana; what a query needs, only with the first click.
        void import('./explanation.ts').then(({ explanationUrl, severalValues }) => {
          const interpolate = (value: string) => getTemplateSrv().replace(value, context.scopedVars, severalValues);
          const filters = context.data?.request?.filters;
          locationService.push(explanationUrl(ownQueries(context.targets), range, interpolate, filters));
        });
      },
    })
    .addLink<Partial<PluginExtensionPanelContext>>({
      title: ENTER.title,
      description: 'Opens the billing page of Marginboard',
      targets: [PluginExtensionPoints.DashboardPanelMenu, PluginExtensionPoints.CommandPalette],
      icon: 'file-alt',
      category: 'Marginboard',
      // The command palette of Grafana 12.3 follows no `path`: it calls `onClick` of a link that has none, and stops there.
      onClick: () => locationService.push(`/a/${APP_ID}/invoices`),
      // The command palette has no panel.
      configure: (panel) =>
        isAdmin() && (panel?.targets === undefined || ownQueries(panel.targets).length > 0)
          ? { title: titleOf(ENTER) }
          : undefined,
    });
}
