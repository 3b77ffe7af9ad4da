import type { ReactElement } from 'react';
import { Button, Stack, Text } from '@grafana/ui';
import { text } from '../shared/lazy-translations.ts';
import type { HelpProps } from './lazy-editors.tsx';
import { EXAMPLES, exampleNames } from './query-examples.ts';
import { QUERY_VERSION } from './saved-query.ts';
import type { DatasetTarget } from './types.ts';

/** Examples that a click puts into the query editor. */
export function QueryHelp({ onClickExample }: Pick<HelpProps, 'onClickExample'>): ReactElement {
  return (
    <Stack direction="column" gap={2}>
      <Text element="h3">{text('examples.title')}</Text>
      <Text element="p" color="secondary">
        {text('examples.about')}
      </Text>
      {exampleNames().map((name) => {
        const query: DatasetTarget = { refId: 'A', version: QUERY_VERSION, ...EXAMPLES[name] };
        return (
          <Stack key={name} direction="column" gap={0} alignItems="flex-start">
            <Button fill="text" onClick={() => onClickExample(query)}>
              {text(`examples.${name}`)}
            </Button>
            <Text element="p" variant="bodySmall" color="secondary">
              {text(`examples.${name}-about`)}
            </Text>
          </Stack>
        );
      })}
    </Stack>
  );
}
