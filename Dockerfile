# Two images from one file, because both are built from the same lock file and share its first stage:
#   docker build --target exporter .
#   docker build --target grafana .     Grafana with the plugin inside, so that it never starts without it
ARG NODE_IMAGE=node:24.21.0-bookworm-slim
ARG GRAFANA_IMAGE=grafana/grafana:12.3.0

FROM ${NODE_IMAGE} AS manifests
WORKDIR /src
COPY package.json package-lock.json ./
COPY exporter/package.json exporter/
COPY grafana-plugin/package.json grafana-plugin/
COPY dashboards/package.json dashboards/
COPY e2e/package.json e2e/
COPY benchmarks/package.json benchmarks/
COPY tooling/package.json tooling/

FROM manifests AS exporter-build
RUN npm ci --workspace exporter --include-workspace-root --include=dev --omit=optional --ignore-scripts --no-audit --no-fund
COPY scripts scripts
COPY exporter exporter
# esbuild without its install script: its binary is a package of its own.
RUN npm install --no-save --ignore-scripts --no-audit --no-fund "@esbuild/linux-$(node -p process.arch)@$(node -p "require('esbuild/package.json').version")" \
 && node -e "import('./scripts/build.mjs').then(async ({ build }) => process.exit(await build({ clean: true })))"

FROM manifests AS exporter-packages
RUN npm ci --workspace exporter --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM manifests AS plugin-build
RUN npm ci --workspace grafana-plugin --include=dev --no-audit --no-fund
COPY exporter/src/contract exporter/src/contract
COPY dashboards dashboards
COPY grafana-plugin grafana-plugin
COPY LICENSE CHANGELOG.md README.md ./
RUN npm run build --workspace grafana-plugin

FROM ${NODE_IMAGE} AS exporter
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data MALLOC_ARENA_MAX=2
WORKDIR /app
COPY --from=exporter-packages /src/node_modules node_modules
COPY package.json LICENSE ./
COPY exporter/package.json exporter/package.json
COPY exporter/migrations exporter/migrations
COPY --from=exporter-build /src/exporter/dist exporter/dist
COPY provisioning/make-secrets.sh /usr/local/bin/make-secrets
# Nothing installs packages at run time, so the package managers go: an intruder could use them.
RUN mkdir /data && chown node:node /data \
 && rm -rf /usr/local/lib/node_modules /opt/yarn* /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg
ARG MARGINBOARD_REVISION=unknown
ENV MARGINBOARD_REVISION=${MARGINBOARD_REVISION}
# By number, so that Kubernetes' runAsNonRoot can tell.
USER 1000:1000
EXPOSE 9464
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 CMD ["node", "-e", "fetch('http://127.0.0.1:9464/-/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=4", "--heap-growing-percent=20", "--enable-source-maps", "exporter/dist/main.js"]

FROM ${GRAFANA_IMAGE} AS grafana
COPY --from=plugin-build /src/grafana-plugin/dist /opt/marginboard/plugins/marginboard-business-app
ENV GF_PATHS_PLUGINS=/opt/marginboard/plugins \
    GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS=marginboard-business-app,marginboard-business-datasource \
    GF_PLUGINS_PREINSTALL_DISABLED=true
