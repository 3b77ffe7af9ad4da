// Browser features that Grafana's components need and jsdom lacks. Import this before @grafana/ui, which needs them
// while it loads.
import { configure } from '@testing-library/dom';

// A busy machine renders slowly; a test that finds what it waits for is not slower by this.
configure({ asyncUtilTimeout: 10_000 });

class NoResizeObserver implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

class NoIntersectionObserver extends NoResizeObserver {
  takeRecords(): [] {
    return [];
  }
}

const define = (target: object, name: string, value: unknown): void => {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
};

define(window, 'matchMedia', (media: string) => ({
  media,
  matches: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
  addListener: () => undefined,
  removeListener: () => undefined,
}));
define(window, 'ResizeObserver', NoResizeObserver);
define(window, 'IntersectionObserver', NoIntersectionObserver);
define(window, 'scrollTo', () => undefined);
define(Element.prototype, 'scrollIntoView', () => undefined);
// Measures text; nothing is drawn in these tests.
define(HTMLCanvasElement.prototype, 'getContext', () => ({
  measureText: (text: string) => ({ width: text.length * 8 }),
}));
// Lists of options render only what is visible.
define(HTMLElement.prototype, 'offsetHeight', 400);
define(HTMLElement.prototype, 'offsetWidth', 400);
define(Element.prototype, 'getBoundingClientRect', () => new DOMRect(0, 0, 400, 400));
