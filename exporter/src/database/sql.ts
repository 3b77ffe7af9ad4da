/** SQL: a timestamptz as ISO text in UTC, whatever the session's zone or the driver's parsers. */
export function isoSql(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
