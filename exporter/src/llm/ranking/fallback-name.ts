/** The name of a user whose e-mail is not known: `user-` and the first eight characters of the id. */
export function fallbackName(userId: string): string {
  return `user-${userId.slice(0, 8)}`;
}
