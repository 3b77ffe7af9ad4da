// @vitest-environment jsdom
import '../testing/browser.ts';
import { useState, type ReactElement } from 'react';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DATA_SOURCE_ID } from '../shared/ids.ts';
import { startDataSource } from '../testing/data-source.ts';
import { speak } from '../testing/language.ts';
import { AnnotationEditor } from './annotation-editor.tsx';
import type { SettingsProps } from './lazy-editors.tsx';
import { QueryEditor } from './query-editor.tsx';
import { QueryHelp } from './query-help.tsx';
import { SettingsEditor } from './settings-editor.tsx';
import type { MarginboardTarget } from './types.ts';
import { VariableEditor } from './variable-editor.tsx';

beforeEach(() => speak('en-US', DATA_SOURCE_ID));
afterEach(cleanup);

describe('the variable editor', () => {
  it('lists what a variable can hold, and is used by keyboard', async () => {
    const onChange = vi.fn();
    const user = userEvent.setup();
    render(<VariableEditor query={{ refId: 'provider' }} onChange={onChange} />);
    await user.tab();
    expect(document.activeElement).toBe(screen.getByRole('combobox'));
    await user.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    expect(onChange).toHaveBeenCalledWith({ refId: 'provider', kind: 'llm_providers' });
  });

  it('shows what a provisioned board wrote as a word, with an example of its values', () => {
    render(<VariableEditor query={{ refId: 'm', query: 'models' }} onChange={() => undefined} />);
    expect(screen.getByRole('combobox')).toHaveProperty('value', 'Models');
    expect(screen.getByText('Such as gpt-4o-mini')).toBeTruthy();
  });
});

describe('the query help', () => {
  it('puts an example into the query editor', async () => {
    const chosen = vi.fn();
    render(<QueryHelp onClickExample={chosen} />);
    await userEvent.setup().click(screen.getByRole('button', { name: 'Errors of two LLM providers' }));
    expect(chosen).toHaveBeenCalledWith({
      refId: 'A',
      version: 1,
      dataset: 'error-rates',
      range: { kind: 'dashboard' },
      filters: { provider: '{openai,anthropic}' },
    });
  });

  it('is in French for a French person', async () => {
    await speak('fr-FR', DATA_SOURCE_ID);
    render(<QueryHelp onClickExample={() => undefined} />);
    expect(screen.getByRole('button', { name: 'Synchronisations en échec' })).toBeTruthy();
    expect(screen.getAllByRole('button')).toHaveLength(7);
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
  let exporter: Awaited<ReturnType<typeof startDataSource>>;
  beforeEach(async () => {
    exporter = await startDataSource(() => ({ body: { data: [{ provider: 'twilio' }, { provider: 'supabase' }] } }), {
      provider: 'twilio',
    });
  });

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
        datasource={exporter.source}
        query={query}
        onRunQuery={onRunQuery}
        onChange={(next) => {
          seen(next);
          setQuery(next);
        }}
      />
    );
  }
  const costs: MarginboardTarget = {
    refId: 'A',
    version: 1,
    dataset: 'cost-sources',
    range: { kind: 'days', days: 30 },
  };

  it('suggests the values that the exporter knows, once asked for', async () => {
    const user = userEvent.setup();
    render(<Edited start={costs} seen={() => undefined} onRunQuery={() => undefined} />);
    expect(exporter.server.received).toEqual([]);
    const provider = screen.getByLabelText(/^Provider/);
    await user.click(provider);
    const offered = () => [...document.querySelectorAll(`#${provider.getAttribute('list')} option`)];
    await vi.waitFor(() =>
      expect(offered().map((option) => option.getAttribute('value'))).toEqual(['$provider', 'supabase', 'twilio']),
    );
    await user.tab();
    await user.click(provider);
    expect(exporter.server.received).toHaveLength(1);
  });

  it('shows a query of an older board, and states its version with the first change', async () => {
    const seen = vi.fn();
    const user = userEvent.setup();
    render(<Edited start={{ refId: 'A', dataset: 'cost-sources' }} seen={seen} onRunQuery={() => undefined} />);
    await user.type(screen.getByLabelText(/^Provider/), 'x');
    expect(seen).toHaveBeenLastCalledWith({
      refId: 'A',
      version: 1,
      dataset: 'cost-sources',
      range: { kind: 'dashboard' },
      filters: { provider: 'x' },
    });
  });

  it('leaves a query of a newer plugin as it is', () => {
    render(<Edited start={{ ...costs, version: 99 }} seen={() => undefined} onRunQuery={() => undefined} />);
    expect(screen.getByText(/saved by a newer plugin/)).toBeTruthy();
    expect(screen.queryByLabelText(/^Dataset/)).toBeNull();
  });

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
