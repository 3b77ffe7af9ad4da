import { SettingsError } from '../settings/load.ts';

/** A wrong use of a command: said without a stack, with its usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Runs a command to its exit code: 0 fine, 1 failed, 2 used wrongly. Ends the process, whatever an SDK still holds
 * open.
 */
export async function runCommand(main: () => Promise<number>, usage: string): Promise<void> {
  // Output into a pipe that was closed (`| head`) is not a failure.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  let code: number;
  try {
    code = await main();
  } catch (error) {
    const wrongUse =
      error instanceof UsageError ||
      (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
    // What we throw ourselves says what to do; only a bug needs its stack.
    const known = wrongUse || error instanceof SettingsError || (error instanceof Error && error.constructor === Error);
    const text = error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(`${text}\n${wrongUse ? `\n${usage}\n` : ''}`);
    code = wrongUse ? 2 : 1;
  }
  // What is still on its way into a pipe is written first.
  process.stdout.write('', () => process.exit(code));
}
