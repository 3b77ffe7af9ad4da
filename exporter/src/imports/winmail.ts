import { ImportRefused } from './refusal.ts';

export interface WinmailFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const SIGNATURE = 0x223e9f78;
/** Attributes of MS-OXTNEF that matter here. */
const ATTACHMENT_BEGINS = 0x00069002;
const ATTACHMENT_TITLE = 0x00018010;
const ATTACHMENT_DATA = 0x0006800f;
const MAX_FILES = 50;

/** The files in a `winmail.dat` (TNEF), as Outlook sends attachments to others. Throws ImportRefused. */
export function filesOfWinmail(bytes: Uint8Array): WinmailFile[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 6 || view.getUint32(0, true) !== SIGNATURE) throw damaged();
  const files: { name: string; bytes: Uint8Array }[] = [];
  // Behind the signature and a key: level, attribute, length, data, checksum.
  for (let at = 6; at < bytes.length;) {
    if (at + 9 > bytes.length) throw damaged();
    const [attribute, length] = [view.getUint32(at + 1, true), view.getUint32(at + 5, true)];
    const end = at + 9 + length;
    if (end + 2 > bytes.length) throw damaged();
    const data = bytes.subarray(at + 9, end);
    const file = files.at(-1);
    if (attribute === ATTACHMENT_BEGINS && files.length < MAX_FILES)
      files.push({ name: 'without a name', bytes: new Uint8Array() });
    else if (attribute === ATTACHMENT_TITLE && file !== undefined)
      file.name = new TextDecoder('windows-1252').decode(data).replace(/\0.*$/s, '');
    else if (attribute === ATTACHMENT_DATA && file !== undefined) file.bytes = data;
    at = end + 2;
  }
  return files.filter((file) => file.bytes.length > 0);
}

function damaged(): ImportRefused {
  return new ImportRefused('unreadable', 'Its winmail.dat is damaged: save the file in your mail program.');
}
