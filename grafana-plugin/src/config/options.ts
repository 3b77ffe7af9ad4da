/** The app's settings in Grafana; the token is in `secureJsonData`, which no browser can read back. */
export interface AppOptions {
  /** The exporter's address, without a slash at the end. */
  url?: string;
}

export interface AppSecrets {
  writeToken?: string;
}
