export const CHECKS: readonly string[];
