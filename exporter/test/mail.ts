export interface MailParts {
  readonly from?: string;
  readonly text?: string;
  readonly html?: string;
  readonly subject?: string;
  readonly attachments?: readonly (readonly [name: string, bytes: Buffer])[];
}

const TYPES: Readonly<Record<string, string>> = { eml: 'message/rfc822', xml: 'application/xml' };

/** An .eml as a mail program saves it. */
export function makeMail({
  from = 'Supabase Pte Ltd <billing@supabase.example>',
  text,
  html,
  subject = 'Your receipt',
  attachments = [],
}: MailParts): Buffer {
  const part = (headers: readonly string[], body: string): string => ['--part', ...headers, '', body, ''].join('\r\n');
  const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll(/.{76}/g, '$&\r\n');
  return Buffer.from(
    [
      `From: ${from}`,
      'To: accounts@example.com',
      `Subject: =?utf-8?B?${Buffer.from(subject).toString('base64')}?=`,
      'Date: Mon, 02 Mar 2026 08:12:00 +0000',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="part"',
      '',
      ...(text === undefined
        ? []
        : [
            part(
              ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64'],
              base64(Buffer.from(text)),
            ),
          ]),
      ...(html === undefined
        ? []
        : [
            part(
              ['Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: base64'],
              base64(Buffer.from(html)),
            ),
          ]),
      ...attachments.map(([name, bytes]) =>
        part(
          [
            `Content-Type: ${TYPES[name.split('.').at(-1) ?? ''] ?? 'application/pdf'}; name=${name}`,
            'Content-Transfer-Encoding: base64',
            `Content-Disposition: attachment; filename=${name}`,
          ],
          base64(bytes),
        ),
      ),
      '--part--',
      '',
    ].join('\r\n'),
  );
}
