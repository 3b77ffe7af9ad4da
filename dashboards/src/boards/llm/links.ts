import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { boardUid } from '../../../../exporter/src/contract/boards.ts';
import type { QueryFilters } from '../../../../exporter/src/contract/query.ts';
import { prop } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';

/** The choices at the top of the board. */
export const CHOSEN: QueryFilters = { provider: '${llm_provider}', model: '${model}', user: '${user}' };

const onlyOn = (t: Texts, name: 'user' | 'model', field: string): string =>
  `/d/${boardUid('llm', t.language)}?var-${name}=\${__data.fields.${field}:percentencode}&\${__url_time_range}`;

/** The usage of the row's user, whose id the row has in the field `userId`. */
export const userLink = (t: Texts) => ({ title: t.openUser, url: onlyOn(t, 'user', 'userId') });

/** A click on a user or a model shows the usage of it alone. */
export const toUser = (t: Texts): DynamicConfigValue => prop('links', [{ ...userLink(t), oneClick: true }]);
export const toModel = (t: Texts): DynamicConfigValue =>
  prop('links', [{ title: t.openModel, url: onlyOn(t, 'model', 'model'), oneClick: true }]);
