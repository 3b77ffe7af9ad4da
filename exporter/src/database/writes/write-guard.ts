import { SQLSTATE } from '../errors.ts';

/** Why nothing can be stored at present; reading goes on. */
export interface WriteRefusal {
  readonly cause: 'disk_full' | 'read_only';
  /** For a person: begins with "cannot write", and says what to do. */
  readonly message: string;
}

/** What is thrown instead of beginning a write that the database would refuse. */
export class CannotWrite extends Error {
  override readonly name = 'CannotWrite';
  /** The SQLSTATE that the write itself would have ended with. */
  readonly code: string;

  constructor({ cause, message }: WriteRefusal) {
    super(message);
    this.code = cause === 'disk_full' ? SQLSTATE.diskFull : SQLSTATE.readOnlyTransaction;
  }
}

/** What the last look at the database found; `watchWrites` writes it, everything that stores reads it. */
export interface WriteGuard {
  /** Undefined while writes are accepted, and before anybody has looked. */
  refusal(): WriteRefusal | undefined;
  /** Throws `CannotWrite` while there is a refusal. */
  assertWritable(): void;
  set(refusal: WriteRefusal | undefined): void;
}

export function createWriteGuard(): WriteGuard {
  let current: WriteRefusal | undefined;
  return {
    refusal: () => current,
    assertWritable() {
      if (current !== undefined) throw new CannotWrite(current);
    },
    set(refusal) {
      current = refusal;
    },
  };
}
