import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { chown, lchown, readdir, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type Binaries, reachableCopy } from './binaries.ts';

/**
 * As whom Postgres runs: it refuses to run as root, and initdb wants a user that has a name.
 * `userns` keeps the file owner (root) and only looks unprivileged from inside; `drop` really becomes another user.
 */
export type Identity =
  | { readonly kind: 'self' }
  | { readonly kind: 'userns'; readonly uid: number; readonly gid: number }
  | { readonly kind: 'drop'; readonly uid: number; readonly gid: number };

export interface Account {
  readonly identity: Identity;
  readonly binaries: Binaries;
}

/** The descriptor under which a dropped user sees the folder: no folder above it needs to be open to him. */
export const FOLDER_FD = 4;

/** `folder` as the Postgres programs see it. */
export function seenFolder(identity: Identity, folder: string): string {
  return identity.kind === 'drop' && process.platform === 'linux' ? `/proc/self/fd/${FOLDER_FD}` : folder;
}

/** A program and its arguments, as they are to be run. */
export function command(
  identity: Identity,
  program: string,
  ...args: readonly string[]
): [program: string, ...args: string[]] {
  if (identity.kind !== 'userns') return [program, ...args];
  return ['unshare', '--user', `--map-user=${identity.uid}`, `--map-group=${identity.gid}`, program, ...args];
}

/** Options of spawn that make a child run as `identity`; cwd is a folder that everybody may enter. */
export function childOptions(account: Account): { uid?: number; gid?: number; cwd: string; env: NodeJS.ProcessEnv } {
  const { identity, binaries } = account;
  return {
    ...(identity.kind === 'drop' && { uid: identity.uid, gid: identity.gid }),
    cwd: '/',
    // Nothing of our own environment: it holds keys, and locale or PG* variables would change the cluster.
    env: {
      PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
      LC_ALL: 'C',
      TZ: 'UTC',
      ...(binaries.libraryPath && { LD_LIBRARY_PATH: binaries.libraryPath, DYLD_LIBRARY_PATH: binaries.libraryPath }),
    },
  };
}

/** The first way that works here; `allowed` narrows the ways (tests). Hands the folder over where the user changes. */
export async function chooseAccount(
  binaries: Binaries,
  folder: string,
  allowed: readonly Identity['kind'][] = ['self', 'userns', 'drop'],
): Promise<Account> {
  const tried: string[] = [];
  for (const identity of await candidates(folder)) {
    if (!allowed.includes(identity.kind)) continue;
    if (identity.kind === 'drop' || process.getuid?.() === 0)
      await handOver(folder, identity.kind === 'drop' ? identity : { uid: 0, gid: 0 });
    const account = { identity, binaries };
    const problem = probe(account, folder);
    if (problem === undefined) return account;
    tried.push(problem);
    if (identity.kind !== 'drop') continue;
    const copied = { identity, binaries: await reachableCopy(binaries) };
    const second = probe(copied, folder);
    if (second === undefined) return copied;
    tried.push(second);
  }
  throw new Error(
    `the embedded Postgres cannot run here (${tried.join('; ')}): run as another user, choose another DATA_DIR, ` +
      'or set DATABASE_URL',
  );
}

async function candidates(folder: string): Promise<Identity[]> {
  const named = unprivilegedUser();
  const userns: Identity[] = named && process.platform === 'linux' ? [{ kind: 'userns', ...named }] : [];
  if (process.getuid?.() !== 0) return hasName() ? [{ kind: 'self' }] : [...userns, { kind: 'self' }];
  const { uid, gid } = await stat(join(folder, 'cluster')).catch(() => ({ uid: 0, gid: 0 }));
  // A cluster that a user made for himself stays his, also when root starts it once.
  if (uid !== 0 && uid !== named?.uid) return [{ kind: 'drop', uid, gid }];
  // Seen from outside a user namespace the server would still be root, and can read root's files.
  return [...(named ? [{ kind: 'drop', ...named } as const] : []), ...userns];
}

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

function unprivilegedUser(): { uid: number; gid: number } | undefined {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter((user) => user.uid > 0 && user.gid > 0);
  const user = users.find(({ name }) => name === 'nobody') ?? users[0];
  return user && { uid: user.uid, gid: user.gid };
}

/** Undefined when the server's program starts and may write the folder, else what stood in the way. */
function probe(account: Account, folder: string): string | undefined {
  const fd = openSync(folder, 'r');
  try {
    const [program, ...args] = command(
      account.identity,
      'sh',
      '-c',
      '"$1" --version && test -x "$2" && test -w "$2"',
      'sh',
    );
    const result = spawnSync(program, [...args, account.binaries.postgres, seenFolder(account.identity, folder)], {
      ...childOptions(account),
      stdio: ['ignore', 'pipe', 'pipe', 'ignore', fd],
      encoding: 'utf8',
    });
    if (result.status === 0) return undefined;
    return (
      `as ${account.identity.kind}: ` +
      (result.error?.message ?? (result.stderr.trim().split('\n').at(-1) || 'the folder is not writable'))
    );
  } finally {
    closeSync(fd);
  }
}

async function handOver(folder: string, owner: { uid: number; gid: number }): Promise<void> {
  if (
    (await stat(folder)).uid === owner.uid &&
    (await stat(join(folder, 'cluster')).catch(() => owner)).uid === owner.uid
  )
    return;
  await chown(folder, owner.uid, owner.gid);
  for (const entry of await readdir(folder, { recursive: true }))
    await lchown(join(folder, entry), owner.uid, owner.gid);
}
