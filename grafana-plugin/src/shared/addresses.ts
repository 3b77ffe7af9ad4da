import { config } from '@grafana/runtime';
import { APP_ID } from './ids.ts';

/** A page of the app, also where Grafana is served below a path. */
export const appUrl = (page: string): string => `${config.appSubUrl}/a/${APP_ID}/${page}`;

/** A path that Grafana's app proxy forwards with the write token, for administrators only. */
export const proxyUrl = (path: string): string => `/api/plugin-proxy/${APP_ID}${path}`;
