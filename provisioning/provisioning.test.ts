import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BOARDS } from '../exporter/src/contract/boards.ts';
import { DATA_SOURCE_TYPE, DATA_SOURCE_UID, PROMETHEUS_UID, APP_PLUGIN_ID } from '../exporter/src/contract/query.ts';
import { ARENAS, HEAP } from '../scripts/memory.mjs';
import { onPath } from './programs.ts';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '..');
const yaml = async (path: string): Promise<unknown> => load(await readFile(join(HERE, path), 'utf8'));

describe('Grafana', () => {
  it('has both data sources under the uids that the boards use, and no secret in a file', async () => {
    const text = await readFile(join(HERE, 'grafana/datasources/marginboard.yaml'), 'utf8');
    const { datasources } = z
      .object({ datasources: z.array(z.looseObject({ uid: z.string(), type: z.string(), url: z.string() })) })
      .parse(load(text));
    expect(datasources.map(({ uid, type, url }) => ({ uid, type, url }))).toEqual([
      { uid: DATA_SOURCE_UID, type: DATA_SOURCE_TYPE, url: '$MARGINBOARD_URL' },
      { uid: PROMETHEUS_UID, type: 'prometheus', url: '$PROMETHEUS_URL' },
    ]);
    expect(text).toContain('readToken: $MARGINBOARD_READ_TOKEN');
  });

  it('enables the app with a token to write and one to read, for administrators only by its routes', async () => {
    expect(await yaml('grafana/plugins/marginboard.yaml')).toMatchObject({
      apps: [
        {
          type: APP_PLUGIN_ID,
          disabled: false,
          jsonData: { url: '$MARGINBOARD_URL' },
          secureJsonData: { writeToken: '$MARGINBOARD_WRITE_TOKEN', readToken: '$MARGINBOARD_READ_TOKEN' },
        },
      ],
    });
  });

  it('finds the boards of both languages beside it', async () => {
    const { providers } = z
      .object({ providers: z.array(z.looseObject({ options: z.object({ path: z.string() }) })) })
      .parse(await yaml('grafana/dashboards/marginboard.yaml'));
    for (const { options } of providers) {
      const folder = options.path.replace('$GF_PATHS_PROVISIONING', join(HERE, 'grafana'));
      expect((await readdir(folder)).filter((name) => name.endsWith('.json'))).toHaveLength(BOARDS.length);
    }
  });

  it('reads nothing but the four variables of the design and its own', async () => {
    const files = await readdir(join(HERE, 'grafana'), { recursive: true });
    const texts = await Promise.all(
      files.filter((name) => name.endsWith('.yaml')).map((name) => readFile(join(HERE, 'grafana', name), 'utf8')),
    );
    const names = new Set(
      texts
        .join('\n')
        .match(/\$\{?[A-Z][A-Z_]+/g)
        ?.map((name) => name.replace(/[${]/g, '')),
    );
    expect([...names].sort()).toEqual([
      'GF_PATHS_PROVISIONING',
      'MARGINBOARD_READ_TOKEN',
      'MARGINBOARD_URL',
      'MARGINBOARD_WRITE_TOKEN',
      'PROMETHEUS_BASIC_AUTH',
      'PROMETHEUS_PASSWORD',
      'PROMETHEUS_URL',
    ]);
  });
});

describe('docker-compose.yml', async () => {
  const service = z.looseObject({
    image: z.string(),
    profiles: z.array(z.string()).optional(),
    environment: z.record(z.string(), z.string()).default({}),
    volumes: z.array(z.string()).default([]),
    user: z.string(),
    read_only: z.literal(true),
    cap_drop: z.array(z.string()),
    security_opt: z.array(z.string()),
    healthcheck: z.looseObject({ disable: z.boolean().optional() }),
    ports: z.array(z.string()).default([]),
    depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
    // Without `dockerfile` Compose takes the one at the root of the context.
    build: z.strictObject({ context: z.literal('.'), target: z.string() }).optional(),
  });
  const compose = z
    .object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.unknown()) })
    .parse(load(await readFile(join(ROOT, 'docker-compose.yml'), 'utf8')));
  const services = Object.entries(compose.services);
  const dockerfile = await readFile(join(ROOT, 'Dockerfile'), 'utf8');

  it('has the services of the design, and a demonstration of its own', () => {
    expect(
      services
        .filter(([, { profiles }]) => profiles === undefined)
        .map(([name]) => name)
        .sort(),
    ).toEqual(['alertmanager', 'exporter', 'grafana', 'postgres', 'prometheus', 'secrets']);
    expect(
      services
        .filter(([, { profiles }]) => profiles?.includes('demo'))
        .map(([name]) => name)
        .sort(),
    ).toEqual(['exporter-demo', 'grafana-demo', 'prometheus-demo']);
  });

  describe.each(services)(
    '%s',
    (
      name,
      {
        image,
        volumes,
        environment,
        healthcheck,
        ports,
        user,
        cap_drop: dropped,
        security_opt: security,
        depends_on: needs,
        build,
      },
    ) => {
      it('is pinned, hardened and listens to this machine only', () => {
        expect(image).toMatch(/:v?\d+\.\d+/);
        expect(image).not.toMatch(/latest/);
        expect(dropped).toEqual(['ALL']);
        expect(security).toContain('no-new-privileges:true');
        if (name !== 'secrets') expect(user).not.toMatch(/^(0|root)/);
        for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      });
      it('mounts what is there, and names its volumes', () => {
        for (const volume of volumes) {
          const from = volume.split(':')[0] ?? '';
          expect(from.startsWith('.') ? existsSync(join(ROOT, from)) : from in compose.volumes, volume).toBe(true);
          if (from.startsWith('.')) expect(volume).toMatch(/:ro$/);
        }
      });
      it('has no secret in its environment', () => {
        for (const [key, value] of Object.entries(environment))
          if (/PASSWORD|SECRET|TOKEN|DATABASE_URL|_KEY$/.test(key))
            expect(`${key} ${value}`).toMatch(/_FILE \/run\/marginboard\//);
      });
      it('says whether it is well, and waits for what it needs', () => {
        if (name === 'secrets') expect(healthcheck.disable).toBe(true);
        else expect(healthcheck).toHaveProperty('test');
        for (const [other, { condition }] of Object.entries(needs)) {
          expect(Object.keys(compose.services)).toContain(other);
          expect(condition).toBe(other === 'secrets' ? 'service_completed_successfully' : 'service_healthy');
        }
      });
      it('is built from a stage that exists', () => {
        if (build !== undefined) expect(dockerfile).toMatch(new RegExp(`^FROM .* AS ${build.target}$`, 'm'));
      });
    },
  );

  it('pins Grafana 12.3.0 and the Node of the repository', async () => {
    const { devDependencies } = z
      .object({ devDependencies: z.looseObject({ node: z.string() }) })
      .parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));
    expect(dockerfile).toContain('grafana/grafana:12.3.0');
    expect(dockerfile).toContain(`node:${devDependencies.node}-`);
  });

  it('starts the exporter with the memory that `npm start` gives it', () => {
    const command = /^CMD (\[.*exporter\/dist\/main\.js"\])$/m.exec(dockerfile)?.[1] ?? '';
    expect(JSON.parse(command)).toEqual(['node', ...HEAP, '--enable-source-maps', 'exporter/dist/main.js']);
    for (const [name, value] of Object.entries(ARENAS))
      expect(dockerfile).toMatch(new RegExp(`^ENV .*\\b${name}=${value}$`, 'm'));
  });

  it('builds each image that the Dockerfile ends in, and no other', () => {
    const stages = [...dockerfile.matchAll(/^FROM .* AS (\S+)$/gm)].map(([, name]) => name ?? '');
    const inner = stages.filter(
      (name) => dockerfile.includes(`FROM ${name} AS`) || dockerfile.includes(`--from=${name} `),
    );
    const built = new Set(services.flatMap(([, { build }]) => (build === undefined ? [] : [build.target])));
    expect([...built].sort()).toEqual(stages.filter((name) => !inner.includes(name)).sort());
    // The head of the file lists how to build each of them.
    for (const target of built) expect(dockerfile).toContain(`#   docker build --target ${target} .`);
  });

  it('every path that the Dockerfile copies is there', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap((match) =>
      (match[1] ?? '').split(' '),
    );
    expect(copied.length).toBeGreaterThan(10);
    for (const path of copied) expect(existsSync(join(ROOT, path)), path).toBe(true);
  });

  it('nothing that the Dockerfile copies is left out by .dockerignore', async () => {
    const lines = (await readFile(join(ROOT, '.dockerignore'), 'utf8')).trim().split('\n');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap((match) =>
      (match[1] ?? '').split(' '),
    );
    // As Docker reads it: the last line that matches the path or a folder above it decides.
    for (const path of copied) {
      const parts = path.split('/');
      const isAbove = (pattern: string): boolean =>
        parts.some((_, index) => matchesGlob(parts.slice(0, index + 1).join('/'), pattern));
      const deciding = lines.findLast((line) => isAbove(line.replace(/^!/, '')));
      expect(deciding?.startsWith('!') ?? true, `${path} is left out by ${deciding}`).toBe(true);
    }
  });

  it.skipIf(onPath(['docker-compose'], process.env) === undefined)(
    'docker-compose understands it, with and without the demonstration',
    () => {
      for (const profile of [[], ['--profile', 'demo']])
        execFileSync('docker-compose', ['-f', join(ROOT, 'docker-compose.yml'), ...profile, 'config', '-q'], {
          stdio: 'pipe',
        });
    },
  );
});
