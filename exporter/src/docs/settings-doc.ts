import { SETTINGS, type SettingDefinition } from '../settings/schema.ts';

const entries: readonly (readonly [string, SettingDefinition])[] = Object.entries(SETTINGS);

/** What applies when the setting is absent: undefined where that is "nothing". */
function fallback(definition: SettingDefinition): string | undefined {
  const result = definition.schema.safeParse(undefined);
  return result.success && ['string', 'number', 'boolean'].includes(typeof result.data)
    ? JSON.stringify(result.data).replaceAll('"', '')
    : undefined;
}

function groups(): Map<string, (readonly [string, SettingDefinition])[]> {
  return Map.groupBy(entries, ([, definition]) => definition.group);
}

/** `.env.example`: every setting, commented out, with its meaning and default. */
export function environmentExample(): string {
  const lines = [
    '# Settings of Marginboard. Copy to .env and fill in what you use: everything is optional.',
    '# Each may also be given as NAME_FILE, the path of a file that holds the value (Docker and Kubernetes secrets).',
    '# Made by npm run docs from exporter/src/settings/schema.ts.',
  ];
  for (const [group, settings] of groups()) {
    lines.push('', `# --- ${group} ---`);
    for (const [name, definition] of settings) {
      const preset = fallback(definition);
      lines.push(
        '',
        `# ${definition.doc}${preset === undefined ? '' : ` Default: ${preset}`}`,
        `# ${name}=${definition.example ?? preset ?? ''}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

/** `docs/settings.md`: one table a group. */
export function settingsTable(): string {
  const lines = [
    '# Settings',
    '',
    'Given as environment variables or in a file `.env` beside `package.json` (the environment wins). Each may ' +
      'also be given as `NAME_FILE`,',
    'the path of a file whose content is the value. A wrong or misspelt setting stops the start with a message ' +
      'that names it.',
    'Values of the settings marked *secret* never appear in a log, a page, a metric or an error.',
    '',
    '<!-- Made by npm run docs from exporter/src/settings/schema.ts: edit there. -->',
  ];
  for (const [group, settings] of groups()) {
    lines.push('', `## ${group}`, '', '| setting | default | meaning |', '|---|---|---|');
    for (const [name, definition] of settings) {
      const preset = fallback(definition);
      lines.push(
        `| \`${name}\`${definition.secret ? ' *(secret)*' : ''} | ` +
          `${preset === undefined ? '–' : `\`${cell(preset)}\``} | ${cell(definition.doc)} |`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
