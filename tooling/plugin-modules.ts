import { join } from 'node:path';
import plugin from '../grafana-plugin/package.json' with { type: 'json' };

/**
 * What vitest needs to run the plugin's source with the packages in this `node_modules`. The ES modules of Grafana
 * import CommonJS files without their extension, which a bundler resolves and Node does not: tests load the CommonJS
 * builds, and with them the one i18next that those builds share.
 */
export const pluginModules = (modules: string) => ({
  // What the plugin's build inserts.
  define: { PLUGIN_VERSION: JSON.stringify(plugin.version) },
  resolve: {
    alias: [
      { find: /^@grafana\/(ui|data|runtime|i18n)$/, replacement: join(modules, '@grafana/$1/dist/cjs/index.cjs') },
      { find: /^i18next$/, replacement: join(modules, 'i18next/dist/cjs/i18next.js') },
    ],
  },
});
