/** As CANONICAL_SESSION, for one transaction: behind a pooler nothing stays on a connection that others use. */
export const LOCAL_CANONICAL = `SET LOCAL TIME ZONE 'UTC'; SET LOCAL datestyle = 'ISO, YMD';
   SET LOCAL intervalstyle = 'postgres'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex';
   SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL jit = off`;
