/** What `npm test` checks before the tests; .ci/run counts each as one. */
export const CHECKS = ['build', 'format:check', 'lint', 'typecheck'];
