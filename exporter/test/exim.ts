import { spawn, spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import PostalMime, { type Email } from 'postal-mime';
import { z } from 'zod';
import { onPath } from '../../provisioning/programs.ts';

export const EXIM = onPath(['exim4', 'exim'], { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` });

export interface Exim {
  /** `smtp://127.0.0.1:…` */
  readonly url: string;
  /** What it has delivered so far, as its recipients have it. */
  mails(): Promise<Email[]>;
  close(): Promise<void>;
}

export interface EximOptions {
  /** Delivers here, where a Dovecot of the same owner reads it, in place of the mailbox. */
  readonly maildir?: string;
}

/** Who says so in its HELO is confirmed as supabase.example: there is no DNS to ask for a key. */
export const SIGNED_HELO = 'signed.test';

/**
 * A real Exim on loopback with a configuration of its own, which delivers every mail into one mailbox. Each connection is
 * one Exim process, as inetd would start it, so that it needs no privilege.
 */
export async function startExim({ maildir }: EximOptions = {}): Promise<Exim> {
  if (EXIM === undefined) throw new Error('exim4 is not installed: apt-get install exim4-daemon-light');
  const program = EXIM;
  const folder = await mkdtemp(join(tmpdir(), 'marginboard-exim-'));
  const owner = mailOwner();
  await mkdir(join(folder, 'spool'));
  const mailbox = join(folder, 'mailbox');
  const configuration = join(folder, 'exim.conf');
  await writeFile(configuration, configurationOf(folder, maildir ?? mailbox, owner, maildir !== undefined), {
    mode: 0o644,
  });
  await chmod(folder, 0o711);
  for (const path of [folder, join(folder, 'spool')]) await chown(path, owner.uid, owner.gid);
  const server = createServer((socket) => {
    const exim = spawn(program, ['-C', configuration, '-bs'], { stdio: ['pipe', 'pipe', 'ignore'] });
    socket.on('error', () => exim.kill());
    exim.stdin.on('error', () => undefined);
    socket.pipe(exim.stdin);
    exim.stdout.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    url: `smtp://127.0.0.1:${port}`,
    async mails() {
      const text = await readFile(mailbox, 'utf8').catch(() => '');
      const parts = text.split(/^From [^\n]*\n(?=Return-path:)/m).filter((part) => part.trim() !== '');
      return Promise.all(parts.map((part) => PostalMime.parse(part)));
    },
    async close() {
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface Owner {
  readonly user: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
}

/** Neither Exim nor Dovecot has mail of root. */
export function mailOwner(): Owner {
  const { username, uid, gid } = userInfo();
  const [user, group] = uid === 0 ? ['nobody', 'nogroup'] : [username, idOf(['-gn'])];
  return {
    user,
    group,
    uid: uid === 0 ? Number(idOf(['-u', user])) : uid,
    gid: uid === 0 ? Number(idOf(['-g', user])) : gid,
  };
}

function idOf(parameters: readonly string[]): string {
  return spawnSync('id', parameters, { encoding: 'utf8' }).stdout.trim();
}

function configurationOf(folder: string, mailbox: string, { user, group }: Owner, isMaildir: boolean): string {
  return `exim_user = ${user}
exim_group = ${group}
primary_hostname = mail.test
spool_directory = ${join(folder, 'spool')}
log_file_path = ${join(folder, '%slog')}
keep_environment =
tls_advertise_hosts =
acl_smtp_rcpt = accept
acl_smtp_data = acl_data
deliver_drop_privilege = true
begin acl
acl_data:
  warn remove_header = Authentication-Results
  warn condition = \${if eq{$sender_helo_name}{${SIGNED_HELO}}}
       add_header = :at_start:Authentication-Results: mail.test; dkim=pass header.d=supabase.example
  accept
begin routers
all:
  driver = accept
  transport = mailbox
begin transports
mailbox:
  driver = appendfile
  ${isMaildir ? `directory = ${mailbox}\n  maildir_format\n  create_directory = false` : `file = ${mailbox}\n  batch_max = 100`}
  user = ${user}
  return_path_add
`;
}
