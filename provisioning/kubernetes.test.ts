import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SETTINGS } from '../exporter/src/settings/schema.ts';
import { loadSettings } from '../exporter/src/settings/load.ts';
import { onPath } from './programs.ts';

const FOLDER = join(import.meta.dirname, 'kubernetes');
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
const manifests = files
  .filter((name) => name !== 'kustomization.yaml')
  .flatMap((name) => loadAll(readFileSync(join(FOLDER, name), 'utf8')));

const labels = z.record(z.string(), z.string());
const kustomization = z
  .object({
    namespace: z.string(),
    resources: z.array(z.string()),
    configMapGenerator: z.tuple([z.object({ name: z.string(), literals: z.array(z.string()) })]),
    images: z.tuple([z.object({ name: z.string(), newTag: z.string() })]),
  })
  .loose()
  .parse(loadAll(readFileSync(join(FOLDER, 'kustomization.yaml'), 'utf8'))[0]);
const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.literal('http') }) }).loose();
const deployment = z
  .object({
    kind: z.literal('Deployment'),
    spec: z.object({
      selector: z.object({ matchLabels: labels }),
      template: z.object({
        metadata: z.object({ labels }),
        spec: z.object({
          automountServiceAccountToken: z.literal(false),
          terminationGracePeriodSeconds: z.number(),
          securityContext: z.object({
            runAsNonRoot: z.literal(true),
            runAsUser: z.literal(1000),
            seccompProfile: z.object({ type: z.literal('RuntimeDefault') }),
          }),
          containers: z.tuple([
            z.object({
              image: z.string(),
              ports: z.tuple([z.object({ name: z.literal('http'), containerPort: z.number() })]),
              envFrom: z.tuple([z.object({ configMapRef: z.object({ name: z.string() }) })]),
              env: z.array(z.object({ name: z.string(), value: z.string() })),
              startupProbe: probe,
              livenessProbe: probe,
              readinessProbe: probe,
              resources: z.object({
                requests: z.object({ memory: z.string() }),
                limits: z.object({ memory: z.string() }),
              }),
              securityContext: z.object({
                allowPrivilegeEscalation: z.literal(false),
                readOnlyRootFilesystem: z.literal(true),
                capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
              }),
              volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() }).loose()),
            }),
          ]),
          volumes: z.array(z.object({ name: z.string() }).loose()),
        }),
      }),
    }),
  })
  .parse(manifests.find((one) => z.object({ kind: z.literal('Deployment') }).safeParse(one).success));
const pod = deployment.spec.template;
const [container] = pod.spec.containers;
const kindOf = (one: unknown): string => z.object({ kind: z.string() }).loose().parse(one).kind;

describe('the Kubernetes manifests', () => {
  it('are all listed, each of a kind of its own, in the namespace of the names below', () => {
    expect(kustomization.resources.toSorted()).toEqual(
      files.filter((name) => name !== 'kustomization.yaml').toSorted(),
    );
    expect(manifests.map(kindOf).toSorted()).toEqual([
      'Deployment',
      'Namespace',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'Service',
      'ServiceAccount',
    ]);
    expect(container.image).toBe(kustomization.images[0].name);
    expect(container.envFrom[0].configMapRef.name).toBe(kustomization.configMapGenerator[0].name);
  });

  it('every selector finds the pod, and every port is the one that the exporter listens on', () => {
    expect(pod.metadata.labels).toMatchObject(deployment.spec.selector.matchLabels);
    for (const kind of ['Service', 'PodDisruptionBudget', 'NetworkPolicy']) {
      const text = JSON.stringify(manifests.find((one) => kindOf(one) === kind));
      expect([kind, text]).toEqual([kind, expect.stringContaining('"app.kubernetes.io/name":"marginboard"')]);
    }
    expect(container.ports[0].containerPort).toBe(9464);
  });

  it('the settings are known ones that start the exporter, and no secret is among them', () => {
    const given = Object.fromEntries(
      kustomization.configMapGenerator[0].literals.map((line) => {
        const [name = '', ...value] = line.split('=');
        return [name, value.join('=')];
      }),
    );
    const settings = loadSettings({ ...given, METRICS_TOKEN: 'a-token-of-16-characters' });
    expect(settings.PUBLIC_HOSTS).toContain(`marginboard.${kustomization.namespace}.svc`);
    const known = Object.entries(SETTINGS);
    for (const name of [...Object.keys(given), ...container.env.map((one) => one.name.replace(/_FILE$/, ''))])
      expect(known.map(([one]) => one)).toContain(name);
    for (const [name, definition] of known)
      if ('secret' in definition) {
        expect(Object.keys(given)).not.toContain(name);
        expect(container.env.map((one) => one.name)).not.toContain(name);
      }
  });

  it('probes ask what answers under any host name, and the pod writes to its own volumes only', () => {
    expect([
      container.startupProbe.httpGet.path,
      container.livenessProbe.httpGet.path,
      container.readinessProbe.httpGet.path,
    ]).toEqual(['/-/healthy', '/-/healthy', '/-/ready']);
    const volumes = new Set(pod.spec.volumes.map(({ name }) => name));
    expect(container.volumeMounts.every(({ name }) => volumes.has(name))).toBe(true);
    expect(container.volumeMounts.map(({ mountPath }) => mountPath).toSorted()).toEqual([
      '/data',
      '/run/marginboard',
      '/tmp',
    ]);
    // A stop takes the exporter up to ten seconds.
    expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThan(10);
  });

  it.skipIf(onPath(['kubeconform'], process.env) === undefined || process.env['KUBECONFORM_SCHEMAS'] === undefined)(
    'kubeconform finds nothing (KUBECONFORM_SCHEMAS: where its schemas are)',
    () => {
      const paths = files.filter((name) => name !== 'kustomization.yaml').map((name) => join(FOLDER, name));
      execFileSync('kubeconform', ['-strict', '-schema-location', process.env['KUBECONFORM_SCHEMAS'] ?? '', ...paths]);
    },
  );
});
