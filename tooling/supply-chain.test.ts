import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..');

describe('the bill of materials of a release', () => {
  const component = z.looseObject({
    name: z.string(),
    version: z.string(),
    purl: z.string(),
    licenses: z.array(z.unknown()).optional(),
  });
  const sbom = z.looseObject({
    bomFormat: z.literal('CycloneDX'),
    specVersion: z.string(),
    components: z.array(component),
  });

  it('lists every package that the exporter runs on, with its version, and no tool', { timeout: 180_000 }, async () => {
    const { stdout } = await promisify(execFile)(
      'npm',
      ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--workspace', 'exporter', '--package-lock-only'],
      { cwd: ROOT, maxBuffer: 1 << 26 },
    );
    const { components } = sbom.parse(JSON.parse(stdout));
    const { dependencies } = z
      .object({ dependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(await readFile(join(ROOT, 'exporter', 'package.json'), 'utf8')));
    const listed = new Set(components.map(({ purl }) => decodeURIComponent(purl)));
    for (const [name, version] of Object.entries(dependencies)) expect(listed).toContain(`pkg:npm/${name}@${version}`);
    expect([...listed].some((purl) => /vitest|eslint|webpack/.test(purl))).toBe(false);
    // What is below them too.
    expect(components.length).toBeGreaterThan(Object.keys(dependencies).length * 2);
  });

  it('is made by the workflow before the checksums, for the exporter and for the plugin, and attested', async () => {
    const release = await readFile(join(ROOT, '.github', 'workflows', 'release.yml'), 'utf8');
    for (const what of ['exporter', 'grafana-plugin'])
      expect(release).toMatch(
        new RegExp(
          `npm sbom --sbom-format cyclonedx .*--workspace ${what} .*> release/[^\\n]*[^]*sha256sum[^]*attest-sbom`,
        ),
      );
    expect(release).toContain('attest-build-provenance');
  });
});

describe('npm audit', () => {
  /** A registry that answers the question for advisories like this. */
  async function audited(
    answer: { status: number; body: unknown },
    args: readonly string[] = [],
  ): Promise<{ code: number; said: string }> {
    const server = createServer((request, response) => {
      // npm then asks for the package itself, to see which versions are meant.
      const asked = request.method === 'POST' ? answer : { status: 200, body: PACKAGE };
      request
        .resume()
        .once('end', () =>
          response.writeHead(asked.status, { 'content-type': 'application/json' }).end(JSON.stringify(asked.body)),
        );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // npm remembers advisories by their number.
    const cache = await mkdtemp(join(tmpdir(), 'marginboard-npm-'));
    try {
      const { port } = z.object({ port: z.number() }).parse(server.address());
      return await new Promise((resolve) => {
        execFile(
          process.execPath,
          [join(ROOT, 'scripts', 'audit.mjs'), ...args],
          {
            env: {
              ...process.env,
              npm_config_registry: `http://127.0.0.1:${port}/`,
              npm_config_fetch_retries: '0',
              npm_config_cache: cache,
            },
          },
          (error, _stdout, stderr) => {
            resolve({ code: error === null ? 0 : Number(error.code), said: stderr });
          },
        );
      });
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(cache, { recursive: true, force: true });
    }
  }
  const PACKAGE = {
    name: 'croner',
    'dist-tags': { latest: '11.0.1' },
    versions: {
      '11.0.1': { name: 'croner', version: '11.0.1', dist: { tarball: 'http://127.0.0.1/x', integrity: 'sha512-x' } },
    },
  };
  const advisory = (severity: string) => ({
    croner: [
      {
        id: 1,
        url: 'https://example.com/1',
        title: 'planted',
        severity,
        vulnerable_versions: '*',
        cwe: [],
        cvss: { score: 9 },
      },
    ],
  });

  it.each<[string, { status: number; body: unknown }, string[], number, RegExp]>([
    ['a low one', { status: 200, body: advisory('low') }, [], 0, /1 low/],
    ['a high one', { status: 200, body: advisory('high') }, [], 1, /high: croner/],
    ['a mirror without advisories', { status: 405, body: {} }, [], 0, /fails nothing here/],
    ['the same, where an answer is asked for', { status: 405, body: {} }, ['--strict'], 1, /nothing is known/],
  ])('%s', { timeout: 180_000 }, async (_name, answer, args, code, said) => {
    const result = await audited(answer, args);
    expect(result.said).toMatch(said);
    expect(result.code).toBe(code);
  });
});

it('workflows ask for no more rights than they need, and check for advisories', async () => {
  const [ci, release] = await Promise.all(
    ['ci', 'release'].map((name) => readFile(join(ROOT, '.github', 'workflows', `${name}.yml`), 'utf8')),
  );
  for (const workflow of [ci, release]) {
    expect(workflow).toMatch(/^permissions: \{ contents: read \}$/m);
    expect(workflow).not.toMatch(/pull_request_target|permissions: write-all/);
    // What a caller writes (titles, branch names) must not get into a shell.
    expect(workflow).not.toMatch(/run:[^\n]*\$\{\{ *github\.(event|head_ref)/);
    // A tag can be moved to other code; a commit cannot. The comment is the version that it had when it was pinned.
    const actions = [...(workflow ?? '').matchAll(/uses: (.*)$/gm)].map(([, action]) => action);
    expect(actions.length).toBeGreaterThan(1);
    for (const action of actions) expect(action).toMatch(/^actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  }
  expect(ci).toContain('node scripts/audit.mjs');
});
