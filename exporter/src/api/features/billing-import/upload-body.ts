import express, { type Request } from 'express';
import { z } from 'zod';
import { MAX_UPLOAD_BYTES } from '../../../imports/limits.ts';
import { hasBody, type BodyReader } from '../../http/body.ts';
import { passes } from '../../http/middleware.ts';
import { fieldErrors } from '../../../process/field-errors.ts';
import { HttpProblem, invalid } from '../../http/problem.ts';

export interface Upload {
  readonly bytes: Uint8Array;
  readonly fileName: string | null;
}

const FILE_TYPES = [
  'application/pdf',
  'message/rfc822',
  'text/csv',
  'application/xml',
  'text/xml',
  'text/plain',
  'application/csv',
  'application/vnd.ms-excel',
  'application/octet-stream',
];
const MEGABYTES = MAX_UPLOAD_BYTES / 1024 / 1024;
const TOO_LARGE =
  `The file is too large: at most ${MEGABYTES} MB are read. ` +
  'An invoice has a few hundred kB; print it to a smaller PDF, or type the figures in.';

/** In base64 a file is a third longer. */
const readJson = express.json({ limit: Math.ceil(MAX_UPLOAD_BYTES / 3) * 4 + 10_000, strict: false });
const readFile = express.raw({ type: () => true, limit: MAX_UPLOAD_BYTES });

export const fileNameSchema = z
  .string()
  .max(300, 'must have at most 300 characters')
  .transform(
    (name) =>
      name
        .replace(/[\u0000-\u001f\u007f]/g, ' ')
        .split(/[/\\]/)
        .at(-1) ?? name,
  );
const base64 = z
  .string('must be the file in base64')
  .min(1, 'must not be empty')
  .refine(
    (text) => /^[A-Za-z0-9+/_-]+={0,2}$/.test(text),
    'must be the file in base64, without line breaks or a data: prefix',
  );
const jsonUpload = z.strictObject({ fileName: fileNameSchema.nullish(), contentBase64: base64 });

/** The file itself, or `{fileName, contentBase64}` where only JSON can be sent. */
export const uploadBody: BodyReader<Upload> = {
  content: {
    'application/json': { schema: jsonUpload },
    'application/pdf': { schema: z.string().meta({ format: 'binary' }) },
    'message/rfc822': { schema: z.string() },
    'text/csv': { schema: z.string() },
    'application/xml': { schema: z.string() },
    'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) },
  },
  required: true,
  async read(request, response) {
    if (!hasBody(request))
      throw invalid([
        {
          field: 'file',
          message: 'must not be empty: send a PDF, a mail (.eml), a structured invoice (.xml) or a CSV',
        },
      ]);
    const json = request.is('application/json') !== false;
    if (!json && request.is(FILE_TYPES) === false) {
      throw new HttpProblem(
        415,
        `Send the file itself as ${FILE_TYPES.slice(0, 4).join(', ')} or application/octet-stream, ` +
          'or as JSON {"fileName", "contentBase64"}.',
      );
    }
    try {
      await passes(json ? readJson : readFile, request, response);
    } catch (error) {
      throw isTooLarge(error) ? new HttpProblem(413, TOO_LARGE) : error;
    }
    const body: unknown = request.body;
    if (json) return ofJson(body);
    if (!(body instanceof Uint8Array)) throw invalid([{ field: 'file', message: 'must not be empty' }]);
    return { bytes: body, fileName: headerName(request) };
  },
};

function ofJson(body: unknown): Upload {
  const parsed = jsonUpload.safeParse(body);
  if (!parsed.success) throw invalid(fieldErrors(parsed.error, 'body'));
  return { bytes: Buffer.from(parsed.data.contentBase64, 'base64'), fileName: parsed.data.fileName ?? null };
}

/** Percent-encoded, since headers hold no accents. */
function headerName(request: Request): string | null {
  const header = request.get('x-file-name');
  if (header === undefined) return null;
  try {
    return fileNameSchema.safeParse(decodeURIComponent(header)).data ?? null;
  } catch {
    return fileNameSchema.safeParse(header).data ?? null;
  }
}

const tooLarge = z.object({ type: z.literal('entity.too.large') });
function isTooLarge(error: unknown): boolean {
  return tooLarge.safeParse(error).success;
}
