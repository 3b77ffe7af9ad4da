import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

/** What every container may not do, whatever else it is. */

const ROOT = join(import.meta.dirname, '..');

const service = z.looseObject({
  user: z.string(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.array(z.string()),
  tmpfs: z.array(z.string()).default([]),
  mem_limit: z.string(),
  cpus: z.number(),
  pids_limit: z.number(),
  networks: z.array(z.string()).default([]),
  network_mode: z.string().optional(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  logging: z.object({ options: z.record(z.string(), z.string()) }).optional(),
  command: z.union([z.string(), z.array(z.string())]).optional(),
  healthcheck: z.looseObject({ test: z.array(z.string()).optional() }),
});
const compose = z
  .object({
    services: z.record(z.string(), service),
    networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
  })
  .parse(load(await readFile(join(ROOT, 'docker-compose.yml'), 'utf8')));
const dockerfile = await readFile(join(ROOT, 'Dockerfile'), 'utf8');

/** Where a service keeps what lasts; all else is gone with the container. */
const STATE: Readonly<Record<string, string>> = {
  postgres: 'postgres-data:/var/lib/postgresql/data',
  exporter: 'exporter-data:/data',
  alertmanager: 'alertmanager-data:/alertmanager',
  prometheus: 'prometheus-data:/prometheus',
  grafana: 'grafana-data:/var/lib/grafana',
};
/** The ports that people open, on this machine only. */
const PORTS: Readonly<Record<string, string>> = {
  exporter: '9464',
  grafana: '3000',
  'grafana-demo': '3001',
};

describe.each(Object.entries(compose.services))('the container %s', (name, one) => {
  it('runs as a user of its own, without rights to gain, on a root that it cannot change', () => {
    if (name === 'secrets') {
      // It hands each file to its service, which takes root; it has no network and ends at once.
      expect([one.user, one.network_mode, one['restart'], one.cap_add.toSorted()]).toEqual([
        '0:0',
        'none',
        'no',
        ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
      ]);
    } else {
      expect(one.user).toMatch(/^[1-9]\d*:\d+$/);
      expect(one.cap_add).toEqual([]);
    }
    expect(one.read_only).toBe(true);
    expect(one.cap_drop).toEqual(['ALL']);
    expect(one.security_opt).toEqual(['no-new-privileges:true']);
    for (const key of ['privileged', 'devices', 'pid', 'ipc', 'cgroup_parent', 'userns_mode', 'extra_hosts', 'sysctls'])
      expect(one, key).not.toHaveProperty(key);
  });

  it('writes to bounded memory and to its own volume only', () => {
    for (const mount of one.tmpfs) expect(mount).toMatch(/[:,]size=\d+m$/);
    const writable = one.volumes.filter((volume) => !volume.endsWith(':ro'));
    if (name === 'secrets') expect(writable.every((volume) => volume.startsWith('secrets-'))).toBe(true);
    else expect(writable).toEqual(STATE[name] === undefined ? [] : [STATE[name]]);
    expect(one.volumes.join()).not.toMatch(/docker\.sock|\/proc|\/sys|^\/etc|:\/(:|$)/);
  });

  it('has its share of the machine and no more', () => {
    expect(one.mem_limit).toMatch(/^\d+[mg]$/);
    expect(one.cpus).toBeLessThanOrEqual(2);
    expect(one.pids_limit).toBeLessThanOrEqual(512);
    if (name !== 'secrets') expect(one.logging?.options).toMatchObject({ 'max-size': '10m' });
  });

  it('is reached where it must be', () => {
    expect(one.ports).toEqual(
      PORTS[name] === undefined ? [] : [expect.stringMatching(new RegExp(`^127\\.0\\.0\\.1:${PORTS[name]}:\\d+$`))],
    );
    expect(one.network_mode ?? 'none').toBe('none');
    // A published port needs a network with a way out, and alerts go out by mail; nothing else has one.
    if (one.networks.includes('outside')) expect([...Object.keys(PORTS), 'alertmanager']).toContain(name);
    if (name !== 'secrets') expect(one.networks).toContain('inside');
  });

  it('gets secrets as files, and no shell is asked how it is', () => {
    for (const [key, value] of Object.entries(one.environment))
      if (/PASSWORD|SECRET|TOKEN|DATABASE_URL|_KEY$/.test(key)) expect(key, value).toMatch(/_FILE$/);
    const test = one.healthcheck.test ?? ['CMD'];
    expect(test[0]).toBe('CMD');
    expect(test.join(' ')).not.toMatch(/\b(sh|bash|curl)\b/);
    if (name.startsWith('exporter')) expect(test[1]).toBe('node');
  });
});

it('Prometheus and Alertmanager are published nowhere, and ask for a password', () => {
  for (const name of ['prometheus', 'prometheus-demo', 'alertmanager']) {
    const command = [compose.services[name]?.command ?? []].flat().join(' ');
    expect([name, command]).toEqual([name, expect.stringMatching(/--web\.config\.file=\S+\/web\.yml/)]);
    if (name !== 'alertmanager') expect(command).toContain('--web.cors.origin=none');
  }
});

it('databases and metrics have a network without a way out', () => {
  expect(compose.networks['inside']?.internal).toBe(true);
  expect(compose.services['postgres']?.networks).toEqual(['inside']);
});

describe('the image of the exporter', () => {
  const stage = dockerfile.slice(dockerfile.indexOf('AS exporter\n'), dockerfile.indexOf('AS grafana\n'));

  it('ends as a user by number, starts without a shell, and has no package manager', () => {
    expect(stage.match(/^USER .*$/gm)).toEqual(['USER 1000:1000']);
    expect(stage).toMatch(/^CMD \["node", .*\]$/m);
    expect(stage).toMatch(/^HEALTHCHECK .*CMD \["node", .*\]$/m);
    expect(stage).toMatch(/rm -rf \/usr\/local\/lib\/node_modules .*\/usr\/local\/bin\/npm /);
  });

  it('takes pinned images, the lock file and no install scripts, and holds no secret', () => {
    for (const [, image] of dockerfile.matchAll(/^ARG \w+_IMAGE=(.*)$/gm)) expect(image).toMatch(/:\d+\.\d+\.\d+/);
    expect(dockerfile).not.toMatch(/^FROM [^$\n]*(latest|:\d+ )/m);
    const installs = dockerfile
      .split('\n')
      .filter((line) => line.includes('npm ci') && line.includes('--workspace exporter'));
    expect(installs).toHaveLength(2);
    for (const line of installs) expect(line).toContain('--ignore-scripts');
    expect(dockerfile).not.toMatch(/^(ARG|ENV) .*(PASSWORD|SECRET|TOKEN|_KEY)/m);
    expect(dockerfile).not.toMatch(/^ADD /m);
  });

  it('what must not be in it is left out of the build', async () => {
    const ignored = (await readFile(join(ROOT, '.dockerignore'), 'utf8')).split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.git', '**/.env', '**/.env.*', '.data', '**/node_modules']));
  });
});
