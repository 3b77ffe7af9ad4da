const HEAD_END = Buffer.from('\r\n\r\n');

/** The fields of a posted form, as bytes: a raw mail need not be UTF-8. Undefined where the body is no form. Pure. */
export function formFields(contentType: string, body: Buffer): ReadonlyMap<string, Buffer> | undefined {
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType))
    return new Map([...new URLSearchParams(body.toString())].map(([name, value]) => [name, Buffer.from(value)]));
  const boundary = /^multipart\/form-data\b.*;\s*boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2];
  return name === undefined ? undefined : new Map(partsOf(body, `--${name}`));
}

/** RFC 7578: each part stands between two delimiter lines, its head apart from its content by an empty line. */
function partsOf(body: Buffer, delimiter: string): [string, Buffer][] {
  const parts: [string, Buffer][] = [];
  let at = body.indexOf(`${delimiter}\r\n`);
  while (at !== -1) {
    const start = at + delimiter.length + 2;
    const end = body.indexOf(`\r\n${delimiter}`, start);
    const head = body.indexOf(HEAD_END, start);
    if (end === -1 || head === -1 || head > end) break;
    const name = /^content-disposition:[^\r\n]*[;\s]name="([^"\r\n]*)"/im.exec(
      body.toString('latin1', start, head),
    )?.[1];
    if (name !== undefined) parts.push([name, body.subarray(head + HEAD_END.length, end)]);
    at = body.indexOf(`${delimiter}\r\n`, end);
  }
  return parts;
}
