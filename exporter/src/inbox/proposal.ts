import { z } from 'zod';
import type { ProposedStatement, ReadUpload } from '../contract/imports.ts';
import { proposedStatement, readUploadSchema } from '../imports/preview-schema.ts';
import type { ReceivedMail } from '../imports/read-upload.ts';
import { ImportRefused } from '../imports/refusal.ts';

const { documents, origins, warnings } = readUploadSchema.shape;

/** What reading a mail proposes, as it is stored. */
export interface Proposal extends Pick<ReadUpload, 'documents' | 'origins' | 'warnings'> {
  /** As they were read. */
  readonly read: readonly ProposedStatement[];
  /** With the vendor's remembered corrections. */
  readonly statements: readonly ProposedStatement[];
  /** The fields that those changed. */
  readonly corrected: readonly string[];
  /** Why nothing was read. */
  readonly refusal: { readonly code: string; readonly message: string } | null;
}

export const proposalSchema = z.object({
  documents,
  origins,
  warnings,
  read: z.array(proposedStatement),
  statements: z.array(proposedStatement),
  corrected: z.array(z.string()),
  refusal: z.object({ code: z.string(), message: z.string() }).nullable(),
}) satisfies z.ZodType<Proposal>;

export const NOTHING_READ: Proposal = {
  documents: [],
  origins: [],
  warnings: [],
  read: [],
  statements: [],
  corrected: [],
  refusal: null,
};

/** Pure. */
export function proposalOf(read: ReceivedMail['read']): Proposal {
  if (read instanceof ImportRefused) return { ...NOTHING_READ, refusal: { code: read.code, message: read.message } };
  return {
    documents: read.documents,
    origins: read.origins,
    warnings: read.warnings,
    read: read.statements,
    statements: read.statements,
    corrected: [],
    refusal: null,
  };
}
