/** Of the HTTP server, in bytes: every parameter at its longest, in a script of four bytes a character, still fits. */
export const MAX_HEADER_SIZE = 32_768;
