// @vitest-environment jsdom
import '../testing/browser.ts';
import { useState, type ReactElement } from 'react';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DATA_SOURCE_ID } from '../shared/ids.ts';
import { speak } from '../testing/language.ts';
import { AnnotationEditor } from './annotation-editor.tsx';
import type { SettingsProps } from './lazy-editors.tsx';
import { QueryEditor } from './query-editor.tsx';
import { SettingsEditor } from './settings-editor.tsx';
import type { MarginboardTarget } from './types.ts';
import { VariableEditor } from './variable-editor.tsx';

beforeEach(() => speak('en-US', DATA_SOURCE_ID));
afterEach(cleanup);

describe('the variable editor', () => {
  it('lists what a variable can hold, and is used by keyboard', async () => {
    const onChange = vi.fn();
    const user = userEvent.setup();
    render(<VariableEditor query={undefined} onChange={onChange} />);
    await user.tab();
    expect(document.activeElement).toBe(screen.getByRole('combobox'));
    await user.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    expect(onChange).toHaveBeenCalledWith('llm_providers', 'LLM providers');
  });
});

describe('the annotation editor', () => {
  function Edited({ seen }: { readonly seen: (query: MarginboardTarget) => void }): ReactElement {
    const [query, setQuery] = useState<MarginboardTarget>({ refId: 'Anno', events: 'invoices' });
    return (
      <AnnotationEditor
        query={query}
        onChange={(next) => {
          seen(next);
          setQuery(next);
        }}
      />
    );
  }

  it('takes the provider when the box is left', async () => {
    const seen = vi.fn();
    const user = userEvent.setup();
    render(<Edited seen={seen} />);
    await user.type(screen.getByPlaceholderText('$provider'), 'twilio');
    expect(seen).not.toHaveBeenCalled();
    await user.tab();
    expect(seen).toHaveBeenCalledWith({ refId: 'Anno', events: 'invoices', provider: 'twilio' });
  });
});

describe('the query editor', () => {
  function Edited({
    start,
    seen,
    onRunQuery,
  }: {
    readonly start: MarginboardTarget;
    readonly seen: (query: MarginboardTarget) => void;
    readonly onRunQuery: () => void;
  }): ReactElement {
    const [query, setQuery] = useState(start);
    return (
      <QueryEditor
        query={query}
        onRunQuery={onRunQuery}
        onChange={(next) => {
          seen(next);
          setQuery(next);
        }}
      />
    );
  }
  const costs: MarginboardTarget = { refId: 'A', dataset: 'cost-sources', range: { kind: 'days', days: 30 } };

  it('runs the query when a typed filter is left or confirmed, not at each key', async () => {
    const seen = vi.fn();
    const run = vi.fn();
    const user = userEvent.setup();
    render(<Edited start={costs} seen={seen} onRunQuery={run} />);
    await user.type(screen.getByLabelText(/^Provider/), 'twilio');
    expect(seen).toHaveBeenLastCalledWith({ ...costs, filters: { provider: 'twilio' } });
    expect(run).not.toHaveBeenCalled();
    await user.keyboard('{Enter}');
    expect(run).toHaveBeenCalledTimes(1);
    await user.tab();
    expect(run).toHaveBeenCalledTimes(2);
    await user.clear(screen.getByLabelText(/^Provider/));
    expect(seen).toHaveBeenLastCalledWith({ ...costs, filters: {} });
  });

  it('keeps days within what the exporter takes', async () => {
    const seen = vi.fn();
    const user = userEvent.setup();
    render(<Edited start={costs} seen={seen} onRunQuery={() => undefined} />);
    const days = screen.getByRole('spinbutton');
    expect(days).toHaveProperty('value', '30');
    await user.type(days, '00');
    expect(seen).toHaveBeenLastCalledWith({ ...costs, range: { kind: 'days', days: 1830 } });
  });

  it('drops fields and filters of another dataset', async () => {
    const seen = vi.fn();
    const user = userEvent.setup();
    render(
      <Edited
        start={{ ...costs, filters: { provider: 'twilio' }, fields: ['costUsd'] }}
        seen={seen}
        onRunQuery={() => undefined}
      />,
    );
    screen.getByLabelText(/^Dataset/).focus();
    await user.keyboard('{ArrowDown}{Home}{Enter}');
    expect(seen).toHaveBeenLastCalledWith({ ...costs, dataset: 'summary', fields: [], filters: {} });
  });
});

describe('the settings of the data source', () => {
  const EMPTY = {
    id: 1,
    uid: 'marginboard',
    orgId: 1,
    name: 'Marginboard',
    type: DATA_SOURCE_ID,
    typeName: 'Marginboard',
    typeLogoUrl: '',
    access: 'proxy',
    url: '',
    user: '',
    database: '',
    basicAuth: false,
    basicAuthUser: '',
    isDefault: false,
    jsonData: {},
    secureJsonFields: {},
    readOnly: false,
    withCredentials: false,
  };
  function Edited({ seen }: { readonly seen: (options: SettingsProps['options']) => void }): ReactElement {
    const [options, setOptions] = useState<SettingsProps['options']>(EMPTY);
    return (
      <SettingsEditor
        options={options}
        onOptionsChange={(next) => {
          seen(next);
          setOptions(next);
        }}
      />
    );
  }

  it('says that an address is wrong, mends its end, and takes the token', async () => {
    const seen = vi.fn();
    const user = userEvent.setup();
    render(<Edited seen={seen} />);
    const url = screen.getByLabelText(/^URL of the exporter/);
    await user.type(url, 'exporter');
    await screen.findByText('Not a URL: it begins with http:// or https://');
    await user.clear(url);
    await user.type(url, 'http://exporter:9464/');
    await user.tab();
    expect(seen).toHaveBeenLastCalledWith({ ...EMPTY, url: 'http://exporter:9464' });
    await user.type(screen.getByLabelText(/^Read token/), 'mb_read');
    expect(seen).toHaveBeenLastCalledWith({
      ...EMPTY,
      url: 'http://exporter:9464',
      secureJsonData: { readToken: 'mb_read' },
    });
  });

  it('is in French for a French person', async () => {
    await speak('fr-FR', DATA_SOURCE_ID);
    render(<Edited seen={() => undefined} />);
    expect(screen.getByLabelText(/^Jeton de lecture/)).toBeTruthy();
  });
});
