import type { Environment } from '../settings/environment.ts';
import { loadSettings } from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';

export type AlertSettings = Pick<Settings, `ALERT_${string}` & keyof Settings>;

/** The ALERT_ settings alone: writing Alertmanager's configuration needs no provider's key. Throws `SettingsError`. */
export function loadAlertSettings(env: Environment): AlertSettings {
  return loadSettings(Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('ALERT_'))));
}

export interface AlertmanagerFiles {
  /** `alertmanager.yml`; holds the mail server's password and the webhook's address. */
  readonly config: string;
  /** `links.tmpl`, beside it. */
  readonly links: string;
  /** What is printed at the start. */
  readonly summary: string;
}

const BARE_RECEIVER = /\n {2}- name: operators\s*$/;

/**
 * `provisioning/alertmanager/alertmanager.yml` with the receivers that the settings name. A file whose receiver was
 * filled in by hand stays as it is, and must not be given settings too.
 */
export function renderAlertmanager(base: string, settings: AlertSettings): AlertmanagerFiles {
  const mails = mailReceivers(settings);
  const webhooks =
    settings.ALERT_WEBHOOK_URL === undefined ? [] : [{ url: settings.ALERT_WEBHOOK_URL, send_resolved: true }];
  const links = linksTo(settings.ALERT_RUNBOOK_URL);
  if (!BARE_RECEIVER.test(base)) {
    if (mails.length + webhooks.length > 0)
      throw new Error(
        'alertmanager.yml has receivers of its own: take out either these or ALERT_EMAIL_TO and ALERT_WEBHOOK_URL',
      );
    return {
      config: base,
      links,
      summary: 'Alerts go to the receivers of provisioning/alertmanager/alertmanager.yml.',
    };
  }
  // JSON is YAML.
  const lines = [
    ...(mails.length === 0 ? [] : [`    email_configs: ${JSON.stringify(mails)}`]),
    ...(webhooks.length === 0 ? [] : [`    webhook_configs: ${JSON.stringify(webhooks)}`]),
  ];
  return { config: `${[base.trimEnd(), ...lines].join('\n')}\n`, links, summary: summaryOf(settings) };
}

function mailReceivers(settings: AlertSettings): object[] {
  const {
    ALERT_EMAIL_TO: to,
    ALERT_EMAIL_FROM: from,
    ALERT_SMTP_SERVER: smarthost,
    ALERT_SMTP_USERNAME: username,
    ALERT_SMTP_PASSWORD: password,
  } = settings;
  if (to === undefined || from === undefined || smarthost === undefined) return [];
  return [
    {
      to,
      from,
      smarthost,
      require_tls: settings.ALERT_SMTP_TLS,
      send_resolved: true,
      ...(username === undefined ? {} : { auth_username: username }),
      ...(password === undefined ? {} : { auth_password: password }),
      headers: { Subject: '{{ template "marginboard.subject" . }}' },
      text: '{{ template "marginboard.text" . }}',
      html: '{{ template "marginboard.html" . }}',
    },
  ];
}

function summaryOf({ ALERT_EMAIL_TO: to, ALERT_WEBHOOK_URL: webhook }: AlertSettings): string {
  const receivers = [
    ...(to === undefined ? [] : [`by mail to ${to}`]),
    ...(webhook === undefined ? [] : ['to the webhook']),
  ];
  return receivers.length === 0
    ? 'Alerts are sent to nobody: set ALERT_EMAIL_TO (with ALERT_EMAIL_FROM and ALERT_SMTP_SERVER) or ' +
        'ALERT_WEBHOOK_URL, see docs/alerts.md.'
    : `Alerts are sent ${receivers.join(' and ')}.`;
}

/** Makes the runbooks of a mail links, where it is known what they can be opened at. */
function linksTo(address: string | undefined): string {
  if (address === undefined) return '{{/* ALERT_RUNBOOK_URL is not set. */}}\n';
  const base = new URL(address.endsWith('/') ? address : `${address}/`).href
    .replaceAll('{', '%7B')
    .replaceAll('"', '%22');
  return (
    `{{ define "marginboard.runbook" }}<a href="${base}{{ . }}">{{ . }}</a>{{ end }}\n{{ define ` +
    `"marginboard.runbook.text" }}${base}{{ . }}{{ end }}\n`
  );
}
