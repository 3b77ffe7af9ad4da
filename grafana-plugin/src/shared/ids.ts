export { APP_PLUGIN_ID as APP_ID, DATA_SOURCE_TYPE as DATA_SOURCE_ID } from '../../../exporter/src/contract/query.ts';
