/** What an upload may cost. An invoice is a few hundred kilobytes and a page or three. */
export const MAX_UPLOAD_BYTES = 5 * 1024 * 1024;
export const MAX_PAGES = 20;
export const MAX_READ_MS = 10_000;
/** Everything that compressed streams of one PDF may unpack to. */
export const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
export const MAX_CSV_ROWS = 10_000;
export const MAX_ATTACHMENTS = 10;
export const MAX_TEXT_ROWS = 5_000;
/** A structured invoice with attachments in base64 is larger than any other. */
export const MAX_XML_BYTES = 5 * 1024 * 1024;
export const MAX_XML_DEPTH = 40;
export const MAX_LINES = 300;
/** The heap of the reading thread; buffers outside it are watched by `WORKER_GROWTH_BYTES`. */
export const WORKER_HEAP_MB = 256;
/** The process may grow by this while a file is read, else the reader is ended. */
export const WORKER_GROWTH_BYTES = 512 * 1024 * 1024;
