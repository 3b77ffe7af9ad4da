/** What `npm test` checks before the tests, in this order; .ci/run counts each as one. */
export const CHECKS = ['build', 'format:check', 'lint', 'typecheck'];
