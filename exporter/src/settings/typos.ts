/** Edits (insert, delete, replace, swap neighbours) that turn one name into the other. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        best = Math.min(best, at(beforeLast, column - 2) + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}

const SHORTEST = 8;

/**
 * The known name that `name` was probably meant to be. Short names are left alone, since other programs have such
 * variables too; long ones may differ by two edits.
 */
export function closestSettingName(name: string, known: readonly string[]): string | undefined {
  if (name.length < SHORTEST || known.includes(name)) return undefined;
  const upper = name.toUpperCase();
  return known
    .filter((candidate) => candidate.length >= SHORTEST && Math.abs(candidate.length - name.length) <= 2)
    .map((candidate) => ({ candidate, distance: editDistance(upper, candidate) }))
    .filter(({ candidate, distance }) => distance <= (candidate.length >= 12 ? 2 : 1))
    .sort((a, b) => a.distance - b.distance)[0]?.candidate;
}
