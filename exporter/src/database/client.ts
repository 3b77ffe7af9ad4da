import pg from 'pg';

/** The one value of `require_auth` that is known here; libpq has the same parameter. */
const SCRAM = 'scram-sha-256';

/**
 * A client that honours `require_auth=scram-sha-256` of its address as libpq does: it hands a password to no server
 * that asks for it in another way, and talks to none that does not prove that it knows the password as well.
 */
export class DatabaseClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const url = typeof config === 'string' ? config : config?.connectionString;
    const required = requiredAuth(url);
    if (required !== undefined) insistOn(required, this.connection);
  }
}

function requiredAuth(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  return new URL(url).searchParams.get('require_auth') ?? undefined;
}

/** Its listeners come before those of pg, and a destroyed socket sends nothing that pg writes afterwards. */
function insistOn(required: string, connection: pg.Connection): void {
  const refuse = (why: string): void => {
    // What stands behind it in the same packet must not count as a successful start.
    connection.removeAllListeners('readyForQuery');
    connection.emit('error', new Error(`the server ${why}, and require_auth asks for ${required}: nothing was sent`));
    connection.stream.destroy();
  };
  if (required !== SCRAM) {
    connection.prependListener('connect', () => refuse('may not be asked in that way'));
    return;
  }
  let proved = false;
  connection.prependListener('authenticationCleartextPassword', () => refuse('asks for the password in clear text'));
  connection.prependListener('authenticationMD5Password', () => refuse('asks for an MD5 hash of the password'));
  connection.prependListener('authenticationSASLFinal', () => {
    proved = true;
  });
  connection.prependListener('authenticationOk', () => {
    if (!proved) refuse('asks for no password');
  });
}
