export const SEE_HEALTH = 'Nothing to show yet: the board "Metrics health" says for each collector what is missing.';
