import type { DemoUser } from './people.ts';

const FIRST = [
  'Alder',
  'Birch',
  'Cedar',
  'Dune',
  'Ember',
  'Fjord',
  'Grove',
  'Harbour',
  'Iris',
  'Juniper',
  'Kestrel',
] as const;
const SECOND = ['Analytics', 'Bakery', 'Clinic', 'Design', 'Energy', 'Foods', 'Logistics', 'Studio'] as const;

/** Customers from here on have no linked user. */
const FIRST_UNLINKED = 60;
/** So many of them have the e-mail of a user whose customer nobody has entered: their links are suggested. */
const SUGGESTED = 3;

export function demoDetails(
  users: readonly DemoUser[],
  customers: readonly { readonly id: string }[],
): { readonly customer: string; readonly name: string; readonly email: string }[] {
  const unlinked = users.filter(({ customer }) => customer === undefined).slice(0, SUGGESTED);
  return customers.map(({ id }, index) => {
    const { name, email } = demoCompany(index);
    return { customer: id, name, email: unlinked[index - FIRST_UNLINKED]?.email ?? email };
  });
}

/** The invented name and e-mail of a customer, different for each of the first 88. */
function demoCompany(index: number): { readonly name: string; readonly email: string } {
  const first = FIRST[index % FIRST.length] ?? 'Alder';
  const second = SECOND[index % SECOND.length] ?? 'Studio';
  const again = Math.floor(index / (FIRST.length * SECOND.length));
  const name = `${first} ${second}${again === 0 ? '' : ` ${again + 1}`}`;
  return { name, email: `billing@${name.toLowerCase().replaceAll(' ', '-')}.example.com` };
}
