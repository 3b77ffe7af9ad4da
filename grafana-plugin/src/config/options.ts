/** The app's settings in Grafana; the tokens are in `secureJsonData`, which no browser can read back. */
export interface AppOptions {
  /** The exporter's address, without a slash at the end. */
  url?: string;
}

export interface AppSecrets {
  writeToken?: string;
  /** For what the pages only read; the write token where it is absent or empty. */
  readToken?: string;
}
