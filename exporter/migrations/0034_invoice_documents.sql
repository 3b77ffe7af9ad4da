-- The uploaded documents of confirmed imports, encrypted (AES-256-GCM) with a key that is not in the database. One file
-- is stored once, however often it is uploaded.
CREATE TABLE invoice_documents (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Of the file before encryption.
  sha256 bytea NOT NULL UNIQUE CHECK (octet_length(sha256) = 32),
  media_type text NOT NULL,
  file_name text,
  size integer NOT NULL,
  -- Which key encrypted it: a fingerprint, so that a wrong key is named instead of answering garbage.
  key_id text NOT NULL,
  nonce bytea NOT NULL CHECK (octet_length(nonce) = 12),
  tag bytea NOT NULL CHECK (octet_length(tag) = 16),
  ciphertext bytea NOT NULL,
  created_at timestamptz NOT NULL,
  -- The last upload: without a confirmed entry a day after it, the document is deleted.
  uploaded_at timestamptz NOT NULL
);
CREATE INDEX invoice_documents_created ON invoice_documents (created_at);

-- By series, so that corrections and a void keep the document; one document may serve several statements.
CREATE TABLE invoice_document_links (
  series_id bigint PRIMARY KEY,
  document_id bigint NOT NULL REFERENCES invoice_documents (id) ON DELETE CASCADE
);
CREATE INDEX invoice_document_links_document ON invoice_document_links (document_id);
