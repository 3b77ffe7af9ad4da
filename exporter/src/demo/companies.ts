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

/** The invented name and e-mail of a customer, different for each of the first 88. */
export function demoCompany(index: number): { readonly name: string; readonly email: string } {
  const first = FIRST[index % FIRST.length] ?? 'Alder';
  const second = SECOND[index % SECOND.length] ?? 'Studio';
  const again = Math.floor(index / (FIRST.length * SECOND.length));
  const name = `${first} ${second}${again === 0 ? '' : ` ${again + 1}`}`;
  return { name, email: `billing@${name.toLowerCase().replaceAll(' ', '-')}.example.com` };
}
