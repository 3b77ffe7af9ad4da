import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../errors.ts';
import { type Account, childOptions, command, seenFolder } from './identity.ts';

export const SUPERUSER = 'marginboard';
const UNFINISHED = 'cluster.new-';

/** Makes sure that `folder`/cluster is a finished cluster of our version; returns the superuser's password. */
export async function ensureCluster(account: Account, folder: string): Promise<string> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(UNFINISHED)) await rm(join(folder, name), { recursive: true, force: true });
  }
  const cluster = join(folder, 'cluster');
  const passwordFile = join(folder, 'password');
  if (
    await stat(cluster).then(
      () => true,
      () => false,
    )
  ) {
    await checkVersion(cluster, account.binaries.major);
    const password = (await readFile(passwordFile, 'utf8').catch(emptyWhereMissing)).trim();
    if (password !== '') return password;
    throw new Error(`${passwordFile} is missing or empty: restore it from a backup together with ${cluster}`);
  }
  const password = randomBytes(24).toString('base64url');
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  // Made beside its place and renamed when finished: an interrupted initdb leaves nothing that looks like a cluster.
  const name = `${UNFINISHED}${randomBytes(4).toString('hex')}`;
  await mkdir(join(folder, name), { mode: 0o700 });
  if (account.identity.kind === 'drop') {
    for (const path of [passwordFile, join(folder, name)])
      await chown(path, account.identity.uid, account.identity.gid);
  }
  await initialise(account, folder, name);
  await rename(join(folder, name), cluster);
  return password;
}

/** A password file that is there and cannot be read says so. */
function emptyWhereMissing(error: unknown): string {
  if (errorCode(error) === 'ENOENT') return '';
  throw error;
}

async function checkVersion(cluster: string, major: string): Promise<void> {
  const found = (await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (found === '')
    throw new Error(
      `${cluster} is not a complete Postgres cluster (PG_VERSION is missing): restore a backup, or move the ` +
        'folder away to start with an empty one',
    );
  if (found === major) return;
  throw new Error(
    `${cluster} was made by PostgreSQL ${found}, and this version brings ${major}: make a backup with the release that ` +
      'made it (npm run db:backup), and run npm run db:restore -- FILE with this one, which sets the old database ' +
      'aside and fills a new one',
  );
}

async function initialise(account: Account, folder: string, name: string): Promise<void> {
  const seen = seenFolder(account.identity, folder);
  const fd = openSync(folder, 'r');
  try {
    const [program, ...args] = command(
      account.identity,
      account.binaries.initdb,
      `--pgdata=${join(seen, name)}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${join(seen, 'password')}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--data-checksums',
      '--no-instructions',
      // Seconds on a slow disk; the first checkpoint makes it durable.
      '--no-sync',
    );
    const child = spawn(program, args, { ...childOptions(account), stdio: ['ignore', 'ignore', 'pipe', 'ignore', fd] });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (complaint += chunk));
    const code = await ended;
    if (code !== 0)
      throw new Error(`initdb failed (${code ?? 'killed'}): ${complaint.trim().split('\n').slice(-3).join(' ')}`);
  } finally {
    closeSync(fd);
  }
}
