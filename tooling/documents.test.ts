import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * What a document names has to be there: links to files and headings, source files by their path, and functions in
 * them.
 */

const ROOT = join(import.meta.dirname, '..');
const TOP = 'exporter|grafana-plugin|dashboards|provisioning|benchmarks|e2e|scripts|tooling|docs|\\.github|\\.ci';
const documents = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)));

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const withoutCode = (text: string): string => text.replace(/^( *)```[^]*?^\1```/gm, '').replace(/`[^`\n]*`/g, '');

/** As GitHub makes the anchor of a heading. */
function anchorsOf(text: string): string[] {
  return [...text.replace(/^```[^]*?^```/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    (heading ?? '')
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

/** `exporter/src/a/{b,c}.ts` names two files. */
function expanded(path: string): string[] {
  const braces = /^(.*)\{([^}]*)\}(.*)$/.exec(path);
  if (braces === null) return [path];
  const [, before = '', names = '', after = ''] = braces;
  return names.split(',').flatMap((name) => expanded(before + name.trim() + after));
}

/** Paths from the root in backticks, but for those with a placeholder (`<provider>`, `*`) and what a build makes. */
function pathsIn(text: string): string[] {
  return [...text.matchAll(new RegExp(`\`((?:${TOP})/[^\`\\s]*)\``, 'g'))]
    .map(([, path]) => (path ?? '').replace(/:\d+$/, ''))
    .filter((path) => !/[<>*…]|\/dist(\/|$)|\.env$|^benchmarks\/results/.test(path))
    .flatMap(expanded);
}

describe.each(documents)('%s', (path) => {
  const text = read(path);

  it('links to files and headings that exist', () => {
    const broken: string[] = [];
    for (const [, target = ''] of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [file = '', anchor] = target.split('#');
      const linked = file === '' ? path : relative(ROOT, join(ROOT, dirname(path), file));
      if (!existsSync(join(ROOT, linked))) broken.push(target);
      else if (anchor !== undefined && linked.endsWith('.md') && !anchorsOf(read(linked)).includes(anchor))
        broken.push(target);
    }
    expect(broken).toEqual([]);
  });

  it('names source files that exist', () => {
    expect(pathsIn(text).filter((named) => !existsSync(join(ROOT, named)))).toEqual([]);
  });

  it('names functions that stand in the file beside them', () => {
    // `name()` in `path`: how architecture.md walks from file to file.
    const missing: string[] = [];
    for (const [, name = '', file = ''] of text.matchAll(/`(\w+)\(\)`\s+in\s+`([\w./-]+\.tsx?)`/g)) {
      if (existsSync(join(ROOT, file)) && !new RegExp(`\\b${name}\\b`).test(read(file)))
        missing.push(`${name} in ${file}`);
    }
    expect(missing).toEqual([]);
  });
});

it('finds what it is for', () => {
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'docs/api.md', 'CONTRIBUTING.md']));
  expect(anchorsOf('## `npm ci`, twice – why?')).toEqual(['npm-ci-twice--why']);
  expect(pathsIn('`exporter/src/{a,b}.ts` and `docs/providers/<name>.md`')).toEqual([
    'exporter/src/a.ts',
    'exporter/src/b.ts',
  ]);
});
