import type { BarSeriesOption, EChartsOption, LineSeriesOption } from 'echarts';
import { escapeHtml, Html } from './html.ts';
import { embeddableSvg } from './svg.ts';

/** Draws an option as SVG for a page; `name` is unique on it, `label` says what is to be seen. */
export type DrawChart = (name: string, label: string, option: EChartsOption, height?: number) => Html;

const WIDTH = 960;
const HEIGHT = 260;

let loading: Promise<DrawChart> | undefined;

/** ECharts is large, and loaded by the first page. */
export function chartDrawer(): Promise<DrawChart> {
  loading ??= load();
  return loading;
}

async function load(): Promise<DrawChart> {
  const { chartAsSvg } = await import('./chart-as-svg.ts');
  return (name, label, option, height = HEIGHT) =>
    new Html(embeddableSvg(chartAsSvg(option, WIDTH, height), name, escapeHtml(label)));
}

const TEXT = { color: 'var(--muted)', fontSize: 12 } as const;
const LINE = { lineStyle: { color: 'var(--line)' } } as const;

/** The axes of a chart over days, months or models: names below, amounts at the left, and at the right where asked for. */
export function categoryChart(
  names: readonly string[],
  series: (BarSeriesOption | LineSeriesOption)[],
  amount: (value: number) => string,
  hasRightAxis = false,
): EChartsOption {
  const valueAxis = {
    type: 'value',
    axisLabel: { ...TEXT, formatter: amount },
    splitLine: LINE,
    splitNumber: 4,
  } as const;
  return {
    grid: { left: 70, right: hasRightAxis ? 70 : 10, top: 10, bottom: 26 },
    xAxis: {
      type: 'category',
      data: [...names],
      axisLabel: { ...TEXT, hideOverlap: true },
      axisLine: LINE,
      axisTick: { show: false },
    },
    yAxis: hasRightAxis ? [valueAxis, { ...valueAxis, splitLine: { show: false } }] : valueAxis,
    series,
  };
}

/** Names at the left, one bar each, longest name cut; the largest on top. */
export function rankingChart(
  names: readonly string[],
  series: BarSeriesOption[],
  amount: (value: number) => string,
): EChartsOption {
  return {
    grid: { left: 230, right: 90, top: 4, bottom: 24 },
    xAxis: { type: 'value', axisLabel: { ...TEXT, formatter: amount }, splitLine: LINE, splitNumber: 4 },
    yAxis: {
      type: 'category',
      inverse: true,
      data: [...names],
      axisLabel: { ...TEXT, color: 'var(--text)', width: 215, overflow: 'truncate', interval: 0 },
      axisLine: LINE,
      axisTick: { show: false },
    },
    series,
  };
}

export function barSeries(
  color: string,
  data: readonly (number | null)[],
  more: BarSeriesOption = {},
): BarSeriesOption {
  return { type: 'bar', silent: true, barMaxWidth: 18, itemStyle: { color }, data: [...data], ...more };
}

export function lineSeries(
  color: string,
  data: readonly (number | null)[],
  more: LineSeriesOption = {},
): LineSeriesOption {
  return {
    type: 'line',
    silent: true,
    showSymbol: data.filter((value) => value !== null).length === 1,
    symbol: 'circle',
    symbolSize: 7,
    lineStyle: { color, width: 2 },
    itemStyle: { color },
    data: [...data],
    ...more,
  };
}

/** For an axis only: never calculated with. */
export function axisValue(amount: string | null): number | null {
  return amount === null ? null : Number(amount);
}
