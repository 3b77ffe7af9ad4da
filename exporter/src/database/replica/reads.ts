import type { DataVersion } from '../data-version.ts';
import type { DatabaseGate } from '../gate.ts';
import type { Queryable } from '../queryable.ts';
import type { Reader } from '../reader.ts';
import { walPosition } from './position.ts';
import type { ReplicaWatch } from './watch.ts';

export type Readable = Pick<DatabaseGate, 'reader' | 'query'>;

/**
 * The replica that was read had not replayed what it must show: one of several behind the address, or promoted
 * meanwhile.
 */
class Outdated extends Error {
  override readonly name = 'Outdated';
}

/**
 * Reads from the replica while it is known to be up to date, else from the primary. Whatever goes wrong on the
 * replica is tried again on the primary, so no reader notices. `watch` is undefined where there is no replica, and
 * before the database is open.
 */
export function readsOver(
  primary: Readable,
  replica: Readable,
  watch: () => Pick<ReplicaWatch, 'usablePosition' | 'recheck' | 'unlessLost'> | undefined,
): { readonly reader: Reader; readonly db: Queryable } {
  async function either<Result>(
    onReplica: (least: bigint) => Promise<Result>,
    onPrimary: () => Promise<Result>,
  ): Promise<Result> {
    const watched = watch();
    const least = watched?.usablePosition();
    if (watched === undefined || least === undefined) return onPrimary();
    try {
      return await watched.unlessLost(onReplica(least));
    } catch (error) {
      if (!(error instanceof Outdated)) watched.recheck();
      return onPrimary();
    }
  }

  return {
    db: {
      query: (text, values) =>
        either(
          () => replica.query(text, values),
          () => primary.query(text, values),
        ),
    },
    reader: {
      version: () =>
        either(
          async (least) => upToDate(await replica.reader.version(), least),
          () => primary.reader.version(),
        ),
      snapshot: (action) =>
        either(
          (least) => replica.reader.snapshot((snapshot) => action(upToDate(snapshot, least))),
          () => primary.reader.snapshot(action),
        ),
    },
  };
}

/** Asked on the very connection that answers: an address may lead to several replicas. */
function upToDate<Version extends DataVersion>(found: Version, least: bigint): Version {
  if (!found.stamp.includes('/') || walPosition(found.stamp) < least)
    throw new Outdated('the replica has not replayed enough');
  return found;
}
