import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseClient } from '../client.ts';
import { type Account, seenFolder } from './identity.ts';

/** Only the name of the socket's file depends on it: nothing listens on a port. */
export const PORT = 5432;
export const DATABASE = 'postgres';

/** The system's limit for the path of a socket, with the zero at its end. */
const MAX_PATH_BYTES = process.platform === 'linux' ? 108 : 104;
const SHORT_PREFIX = 'marginboard-socket-';
const URL_FILE = 'url';

/** Where the server's Unix socket is. */
export interface SocketFolder {
  /** For clients. */
  readonly path: string;
  /** For the server: the same folder as its user sees it. */
  readonly seen: string;
}

export interface Login {
  readonly user: string;
  readonly password: string;
}

/**
 * An empty 0700 folder for the socket, in `folder` unless its path is too long for a socket; then a private one among
 * the temporary files.
 */
export async function makeSocketFolder(account: Account, folder: string): Promise<SocketFolder> {
  // Of an exporter that was killed.
  await removeShortFolder(await publishedUrl(folder));
  const usual = join(folder, 'socket');
  // What a killed server left in it would stop the next one when its number belongs to another program.
  await rm(usual, { recursive: true, force: true });
  if (fits(usual)) {
    await mkdir(usual, { mode: 0o700 });
    await own(account, usual);
    return { path: usual, seen: join(seenFolder(account.identity, folder), 'socket') };
  }
  const temporary = [tmpdir(), '/tmp'].find((path) => fits(join(path, `${SHORT_PREFIX}123456`))) ?? '/tmp';
  const short = await realpath(await mkdtemp(join(temporary, SHORT_PREFIX)));
  await own(account, short);
  return { path: short, seen: short };
}

function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, `.s.PGSQL.${PORT}`)) < MAX_PATH_BYTES;
}

async function own({ identity }: Account, path: string): Promise<void> {
  if (identity.kind === 'drop') await chown(path, identity.uid, identity.gid);
}

/** An address for pg and for `new URL`: the host is the folder of the socket. Nothing but SCRAM is accepted. */
export function socketUrl(socketFolder: string, { user, password }: Login, port: string | number = PORT): string {
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `postgres://${login}@${encodeURIComponent(socketFolder)}:${port}/${DATABASE}?require_auth=scram-sha-256`;
}

/** Lets commands of the same user find the running server: the address of the exporter's role, a secret, mode 0600. */
export async function publishUrl(account: Account, folder: string, url: string): Promise<void> {
  const partial = join(folder, `${URL_FILE}.${randomBytes(4).toString('hex')}`);
  await writeFile(partial, `${url}\n`, { mode: 0o600, flag: 'wx' });
  await own(account, partial);
  await rename(partial, join(folder, URL_FILE));
}

export async function withdrawUrl(folder: string): Promise<void> {
  await rm(join(folder, URL_FILE), { force: true });
}

async function removeShortFolder(url: string | undefined): Promise<void> {
  if (url === undefined || !URL.canParse(url)) return;
  const path = decodeURIComponent(new URL(url).hostname);
  if (path.startsWith(join(dirname(path), SHORT_PREFIX))) await rm(path, { recursive: true, force: true });
}

async function publishedUrl(folder: string): Promise<string | undefined> {
  const url = (await readFile(join(folder, URL_FILE), 'utf8').catch(() => '')).trim();
  return url === '' ? undefined : url;
}

/**
 * The address of the embedded server that an exporter runs on this DATA_DIR right now, if one does (for commands
 * beside it). A secret.
 */
export async function runningEmbeddedUrl(dataDir: string): Promise<string | undefined> {
  const url = await publishedUrl(join(dataDir, 'postgres'));
  if (url === undefined) return undefined;
  const client = new DatabaseClient({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return url;
  } catch {
    return undefined;
  }
}
