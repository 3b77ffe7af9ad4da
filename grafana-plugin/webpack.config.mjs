// Builds the app plugin and its nested data source the way Grafana's create-plugin does (AMD, swc, its list of
// externals), without its tool chain. Two compilations, so that each plugin has a runtime and chunks of its own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import CopyPlugin from 'copy-webpack-plugin';
import webpack from 'webpack';

const HERE = import.meta.dirname;
const SOURCE = join(HERE, 'src');
const { version } = JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8'));

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

const stamp = (content) =>
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
const files = (folder, names) =>
  new CopyPlugin({
    patterns: names.map((name) => ({
      from: name,
      context: folder,
      noErrorOnMissing: false,
      ...(name.endsWith('.json') ? { transform: stamp } : {}),
    })),
  });

function plugin({ id, folder, output, assets }) {
  return {
    name: id,
    mode: 'production',
    target: 'web',
    context: folder,
    entry: { module: './module.ts' },
    devtool: 'source-map',
    cache: { type: 'filesystem', name: id, cacheDirectory: join(HERE, '..', '.cache', 'webpack') },
    output: {
      path: output,
      filename: '[name].js',
      chunkFilename: '[name].js?_cache=[contenthash]',
      library: { type: 'amd' },
      uniqueName: id,
      publicPath: `public/plugins/${id}/`,
      clean: { keep: /^datasource\// },
    },
    externals: [
      ...EXTERNALS,
      // The oldest way to name Grafana's own modules.
      ({ request }, done) =>
        request.startsWith('grafana/') ? done(undefined, request.slice('grafana/'.length)) : done(),
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
      assets,
    ],
  };
}

export default [
  plugin({
    id: 'marginboard-business-app',
    folder: SOURCE,
    output: join(HERE, 'dist'),
    assets: files(SOURCE, [
      'plugin.json',
      'img/**/*',
      'locales/**/*',
      '../README.md',
      '../CHANGELOG.md',
      '../../LICENSE',
    ]),
  }),
  plugin({
    id: 'marginboard-business-datasource',
    folder: join(SOURCE, 'datasource'),
    output: join(HERE, 'dist', 'datasource'),
    assets: files(join(SOURCE, 'datasource'), ['plugin.json', 'img/**/*', 'locales/**/*']),
  }),
];
