-- Stripe's history is read page by page: each page is stored with the place where the next run goes on.
ALTER TABLE stripe_history
  -- Going back from the newest: the object after which the next page begins.
  ADD COLUMN back_after text,
  -- A pass over what is new that was interrupted: what it covers, when it began, and where it goes on.
  ADD COLUMN new_from timestamptz,
  ADD COLUMN new_to timestamptz,
  ADD COLUMN new_began timestamptz,
  ADD COLUMN new_at timestamptz,
  ADD COLUMN new_after text,
  -- When the last finished pass began: everything created before it was read.
  ADD COLUMN read_at timestamptz,
  -- The same, once what belongs to its objects (further lines) was read as well: figures before it are complete.
  ADD COLUMN settled_at timestamptz,
  -- Objects read so far, for the progress.
  ADD COLUMN objects bigint NOT NULL DEFAULT 0,
  -- Why the key may not read the list, or NULL.
  ADD COLUMN unreadable text;
UPDATE stripe_history SET read_at = read_to, settled_at = read_to WHERE read_from <= target_from;

-- Objects that are listed but not stored yet: an invoice with more lines than it shows, a credit note that waits for
-- the lines that it credits. Holds amounts and ids, no names and addresses.
CREATE TABLE stripe_pending (
  list text NOT NULL,
  id text NOT NULL,
  payload jsonb NOT NULL,
  PRIMARY KEY (list, id)
);

-- Days whose revenue is to be computed again, since something that reaches into them was stored.
CREATE TABLE stripe_days_to_compute (
  day date PRIMARY KEY
);

-- How far the history is read; one row.
CREATE TABLE stripe_progress (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  percent integer NOT NULL CHECK (percent BETWEEN 0 AND 100),
  -- Further runs at the pace of the last one; NULL where it is not known.
  runs_left integer,
  at timestamptz NOT NULL
);

-- Objects that could not be read: the figures lack them, and every run says so until they can be read.
CREATE TABLE stripe_left_out (
  resource text NOT NULL,
  id text NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (resource, id)
);
