import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { onPath } from '../../provisioning/programs.ts';
import { makeCertificate } from './certificate.ts';
import { mailOwner, type Owner } from './exim.ts';
import { until } from './exporter-process.ts';
import { freePort } from './tcp.ts';

export const DOVECOT = onPath(['dovecot'], { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` });

export interface Dovecot {
  readonly imapPort: number;
  readonly imapsPort: number;
  /** In PEM: signs the certificate of `localhost`. */
  readonly ca: string;
  /** Of the user ann, with a Maildir each. */
  readonly password: string;
  /** Where another program, such as Exim, may deliver to INBOX. */
  readonly maildir: string;
  readonly owner: Owner;
  /** `imap://ann@127.0.0.1:port/INBOX` */
  url(folder?: string): string;
  /** Delivers as a delivery agent does: into `tmp`, then by a rename. */
  deliver(mail: Uint8Array, folder?: string): Promise<void>;
  /** Base names of what is in the folder with their flags, such as `3,S` for a mail that was seen. */
  files(folder?: string): Promise<readonly string[]>;
  /** Gives the folder another UIDVALIDITY, as a restored mailbox has. */
  changeUidValidity(folder?: string): Promise<void>;
  /** What it has logged. */
  log(): Promise<string>;
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A real Dovecot on loopback with a configuration and a mailbox of its own, and no privilege. */
export async function startDovecot(): Promise<Dovecot> {
  if (DOVECOT === undefined) throw new Error('dovecot is not installed: apt-get install dovecot-imapd');
  const program = DOVECOT;
  const folder = await mkdtemp(join(tmpdir(), 'marginboard-dovecot-'));
  const owner = mailOwner();
  const password = 'pl4nted-imap-p4ssword';
  const [imapPort, imapsPort] = [await freePort(), await freePort()];
  const { certificate, key } = makeCertificate('localhost', folder);
  const home = join(folder, 'ann');
  const maildir = join(home, 'Maildir');
  const configuration = join(folder, 'dovecot.conf');
  await writeFile(join(folder, 'cert.pem'), certificate);
  await writeFile(join(folder, 'key.pem'), key);
  await mkdir(join(folder, 'run'));
  await mkdir(home);
  await writeFile(configuration, configurationOf(folder, owner, { password, imapPort, imapsPort }));
  await makeMaildir(maildir, owner);
  await chmod(folder, 0o755);
  for (const path of [
    folder,
    join(folder, 'run'),
    home,
    ...['cert.pem', 'key.pem', 'dovecot.conf'].map((name) => join(folder, name)),
  ])
    await chown(path, owner.uid, owner.gid);
  let child = await run();

  async function run() {
    const process_ = spawn(program, ['-F', '-c', configuration], {
      stdio: 'ignore',
      ...(userInfo().uid === 0 && { uid: owner.uid, gid: owner.gid }),
    });
    await until(async () => {
      if (process_.exitCode !== null) throw new Error(`dovecot ended: ${await log()}`);
      return (await answers(imapPort)) && (await answers(imapsPort));
    });
    return process_;
  }
  async function stop(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  async function log(): Promise<string> {
    return readFile(join(folder, 'dovecot.log'), 'utf8').catch(() => '');
  }
  // Maildir++: other folders are hidden ones beside INBOX.
  const pathOf = (name = 'INBOX'): string => (name === 'INBOX' ? maildir : join(maildir, `.${name}`));
  let delivered = 0;
  return {
    imapPort,
    imapsPort,
    ca: certificate,
    password,
    maildir,
    owner,
    url: (name = 'INBOX') => `imap://ann@127.0.0.1:${imapPort}/${name}`,
    async deliver(mail, name) {
      const path = pathOf(name);
      await makeMaildir(path, owner);
      const file = `${Date.now()}.M${(delivered += 1)}P${process.pid}.mail.test`;
      await writeFile(join(path, 'tmp', file), mail);
      await chown(join(path, 'tmp', file), owner.uid, owner.gid);
      await rename(join(path, 'tmp', file), join(path, 'new', file));
    },
    async files(name) {
      const all = await Promise.all(['new', 'cur'].map((part) => readdir(join(pathOf(name), part))));
      return all.flat().sort();
    },
    async changeUidValidity(name) {
      await stop();
      for (const file of await readdir(pathOf(name)))
        if (file.startsWith('dovecot')) await rm(join(pathOf(name), file), { recursive: true });
      // Made from the time in seconds, which is the same for folders of one second.
      const list = join(pathOf(name), 'dovecot-uidlist');
      await writeFile(list, `3 V${Math.trunc(Date.now() / 1_000) + 1_000} N1 G0123456789abcdef0123456789abcdef\n`);
      await chown(list, owner.uid, owner.gid);
      child = await run();
    },
    log,
    stop,
    async start() {
      child = await run();
    },
    async close() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeMaildir(path: string, { uid, gid }: Owner): Promise<void> {
  for (const part of ['', 'tmp', 'new', 'cur']) {
    await mkdir(join(path, part), { recursive: true });
    await chown(join(path, part), uid, gid);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

function configurationOf(
  folder: string,
  { user, group, uid, gid }: Owner,
  { password, imapPort, imapsPort }: { password: string; imapPort: number; imapsPort: number },
): string {
  return `base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
default_internal_user = ${user}
default_internal_group = ${group}
default_login_user = ${user}
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_max_userip_connections = 50
auth_failure_delay = 0
passdb {
  driver = static
  args = password=${password}
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${folder}/%n
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    port = ${imapsPort}
    ssl = yes
  }
}
service anvil {
  chroot =
}
`;
}
