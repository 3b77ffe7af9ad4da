/** The first `most` names for a message, and a sign that there are more. */
export function nameList(names: Iterable<string>, most = 5): string {
  const all = [...names];
  return `${all.slice(0, most).join(', ')}${all.length > most ? ' …' : ''}`;
}
