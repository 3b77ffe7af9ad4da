/** How far a collector has read the past. */
export interface Progress {
  /** 100 only when everything was read. */
  readonly percent: number;
  /** Further runs at the pace of the last one; undefined where nothing says. */
  readonly runsLeft: number | undefined;
}

/** "64 %, about 2 more runs". */
export function describeProgress({ percent, runsLeft }: Progress): string {
  if (percent === 100) return '100 %';
  if (runsLeft === undefined) return `${percent} %`;
  return `${percent} %, ${runsLeft === 1 ? 'one more run' : `about ${runsLeft} more runs`}`;
}
