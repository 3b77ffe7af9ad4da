// Builds the app plugin and its nested data source by the conventions of @grafana/create-plugin (AMD, swc, its list of
// externals, this path), without its tool chain. Two compilations, so that each plugin has a runtime and chunks of its
// own.
import { join } from 'node:path';
import CopyPlugin from 'copy-webpack-plugin';
import webpack, { type Configuration } from 'webpack';
import { bundledBoard } from '../../../dashboards/src/bundled.ts';
import packageJson from '../../package.json' with { type: 'json' };

const PLUGIN = join(import.meta.dirname, '..', '..');
const SOURCE = join(PLUGIN, 'src');
const APP_ID = 'marginboard-business-app';
const { version } = packageJson;

/**
 * Grafana's page supplies these (create-plugin's list); `react/jsx-runtime` too, so that the React of the host is used.
 */
const EXTERNALS = [
  { 'amd-module': 'module' },
  'lodash',
  'jquery',
  'moment',
  'slate',
  'emotion',
  '@emotion/react',
  '@emotion/css',
  'prismjs',
  'slate-plain-serializer',
  '@grafana/slate-react',
  'react',
  'react-dom',
  'react/jsx-runtime',
  'react/jsx-dev-runtime',
  'react-redux',
  'redux',
  'rxjs',
  'i18next',
  'react-router',
  'd3',
  'angular',
  'react-inlinesvg',
  /^@grafana\/ui/i,
  /^@grafana\/runtime/i,
  /^@grafana\/data/i,
];

const stamp = (content: Buffer): string =>
  content
    .toString()
    .replaceAll('%VERSION%', version)
    .replaceAll(
      '%TODAY%',
      new Date(process.env.SOURCE_DATE_EPOCH ? Number(process.env.SOURCE_DATE_EPOCH) * 1000 : Date.now())
        .toISOString()
        .slice(0, 10),
    );

/** The files beside the code: plugin.json, texts, logo and translations. */
const files = (folder: string, names: readonly string[]): CopyPlugin =>
  new CopyPlugin({
    patterns: names.map((name) => ({
      from: name,
      context: folder,
      noErrorOnMissing: false,
      ...(name.endsWith('.json') ? { transform: stamp } : {}),
    })),
  });

/** The boards that the data source offers to import: those of `dashboards/`, without the uids of one Grafana. */
const boards = new CopyPlugin({
  patterns: [
    {
      from: '{en,fr}/*.json',
      context: join(PLUGIN, '..', 'dashboards'),
      to: 'dashboards/[path][name][ext]',
      transform: (content: Buffer): string => JSON.stringify(bundledBoard(JSON.parse(content.toString()))),
    },
  ],
});

interface Parts {
  readonly id: string;
  /** Its module, from `src`. */
  readonly entry: string;
  readonly output: string;
  readonly assets: readonly CopyPlugin[];
}

function plugin({ id, entry, output, assets }: Parts): Configuration {
  return {
    name: id,
    mode: 'production',
    target: 'web',
    context: SOURCE,
    entry: { module: entry },
    devtool: 'source-map',
    cache: { type: 'filesystem', name: id, cacheDirectory: join(PLUGIN, '..', '.cache', 'webpack') },
    output: {
      path: output,
      filename: '[name].js',
      chunkFilename: '[name].js?_cache=[contenthash]',
      library: { type: 'amd' },
      uniqueName: id,
      // Both source maps name their files from `src`, where the plugin validator compares them.
      devtoolNamespace: APP_ID,
      publicPath: `public/plugins/${id}/`,
      clean: { keep: /^datasource\// },
    },
    externals: [
      ...EXTERNALS,
      // The oldest way to name Grafana's own modules.
      ({ request = '' }, done) => {
        if (request.startsWith('grafana/')) done(null, request.slice('grafana/'.length));
        else done();
      },
    ],
    externalsType: 'amd',
    resolve: { extensions: ['.ts', '.tsx', '.js', '.mjs'] },
    module: {
      rules: [
        {
          test: /\.tsx?$/,
          loader: 'swc-loader',
          options: {
            jsc: {
              target: 'es2022',
              parser: { syntax: 'typescript', tsx: true },
              transform: { react: { runtime: 'automatic' } },
            },
          },
        },
      ],
    },
    optimization: { moduleIds: 'deterministic', chunkIds: 'deterministic' },
    performance: { hints: false },
    stats: 'errors-warnings',
    plugins: [
      new webpack.DefinePlugin({ PLUGIN_VERSION: JSON.stringify(version) }),
      // Grafana looks for the plugin's files below the address from which it loaded module.js.
      new webpack.BannerPlugin({
        banner: `/* [create-plugin] plugin: ${id}@${version} */`,
        raw: true,
        include: /module\.js$/,
      }),
      ...assets,
    ],
  };
}

export default [
  plugin({
    id: APP_ID,
    entry: './module.ts',
    output: join(PLUGIN, 'dist'),
    assets: [
      files(SOURCE, ['plugin.json', 'img/**/*', 'locales/**/*', '../README.md', '../CHANGELOG.md', '../../LICENSE']),
    ],
  }),
  plugin({
    id: 'marginboard-business-datasource',
    entry: './datasource/module.ts',
    output: join(PLUGIN, 'dist', 'datasource'),
    assets: [files(join(SOURCE, 'datasource'), ['plugin.json', 'img/**/*', 'locales/**/*']), boards],
  }),
];
