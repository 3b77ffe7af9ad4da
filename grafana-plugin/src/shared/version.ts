declare const PLUGIN_VERSION: string;

/** From package.json, put in by the build. */
export const APP_VERSION: string = PLUGIN_VERSION;
