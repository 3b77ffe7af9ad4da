-- Mails that may hold an invoice, each with what its reading proposes. Nothing of them counts before a person confirms.
CREATE TABLE invoice_inbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source text NOT NULL,
  -- Where an IMAP server has it: user@host/folder, and the numbers that it gave the folder and the mail.
  mailbox text,
  uid_validity bigint,
  uid bigint,
  message_id text,
  -- Of the decoded parts and of sender, date and subject: the same by whichever way and with whichever trace headers.
  message_sha256 bytea NOT NULL CHECK (octet_length(message_sha256) = 32),
  -- The same mail once more, in another folder or by another way: `duplicate_of` is the first.
  is_copy boolean NOT NULL DEFAULT false,
  size integer NOT NULL,
  received_at timestamptz NOT NULL,
  stored_at timestamptz NOT NULL,
  from_address text,
  subject text,
  sender_checks jsonb NOT NULL,
  state text NOT NULL DEFAULT 'new' CHECK (state IN
    ('new', 'ready', 'needs_attention', 'not_an_invoice', 'duplicate', 'confirmed', 'dismissed')),
  reasons jsonb NOT NULL DEFAULT '[]',
  -- What was read: documents, statements, warnings; or why nothing could be.
  proposal jsonb NOT NULL,
  duplicate_of bigint REFERENCES invoice_inbox (id) ON DELETE SET NULL,
  -- The mail itself, encrypted; NULL where documents are not stored.
  document_id bigint REFERENCES invoice_documents (id) ON DELETE SET NULL,
  -- The invoices that were entered by confirming it.
  series_ids bigint[] NOT NULL DEFAULT '{}',
  decided_by text,
  decided_at timestamptz,
  decision_note text,
  CHECK ((mailbox IS NULL) = (uid IS NULL) AND (uid IS NULL) = (uid_validity IS NULL)),
  CHECK ((state IN ('confirmed', 'dismissed')) = (decided_at IS NOT NULL)),
  CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
  UNIQUE (mailbox, uid_validity, uid)
);
CREATE UNIQUE INDEX invoice_inbox_content ON invoice_inbox (message_sha256) WHERE NOT is_copy;
CREATE INDEX invoice_inbox_state ON invoice_inbox (state, received_at);
CREATE INDEX invoice_inbox_document ON invoice_inbox (document_id) WHERE document_id IS NOT NULL;
CREATE INDEX invoice_inbox_duplicate ON invoice_inbox (duplicate_of) WHERE duplicate_of IS NOT NULL;

-- How far a mailbox is read; moved in the transaction that stores the mail. Its lease says which exporter reads it.
CREATE TABLE inbox_cursor (
  mailbox text PRIMARY KEY,
  uid_validity bigint NOT NULL DEFAULT 0,
  last_uid bigint NOT NULL DEFAULT 0,
  lease_owner text,
  lease_expires_at timestamptz,
  -- The last time the server showed the folder.
  connected_at timestamptz
);

-- What an administrator last corrected in a vendor's invoices, proposed for the next one.
CREATE TABLE vendor_corrections (
  vendor text PRIMARY KEY,
  fields jsonb NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL
);
