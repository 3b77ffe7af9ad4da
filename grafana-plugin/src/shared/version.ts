declare const PLUGIN_VERSION: string;

/** From package.json; the build inserts it. */
export const APP_VERSION: string = PLUGIN_VERSION;
