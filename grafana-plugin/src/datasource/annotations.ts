import type { AnnotationSupport } from '@grafana/data';
import { AnnotationEditor } from './lazy-editors.tsx';
import { EVENT_KINDS, type EventsTarget, type MarginboardTarget } from './types.ts';

/** New annotations show invoices by default. */
export const annotationSupport: AnnotationSupport<MarginboardTarget> = {
  QueryEditor: AnnotationEditor,
  getDefaultQuery: () => ({ events: 'invoices' }),
  prepareQuery(annotation) {
    const target = annotation.target;
    if (target?.events !== undefined && EVENT_KINDS.includes(target.events)) return target;
    const invoices: EventsTarget = { refId: 'Anno', events: 'invoices' };
    return invoices;
  },
};
