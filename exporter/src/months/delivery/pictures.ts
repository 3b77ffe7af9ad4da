import type { MonthStatement } from '../../contract/months.ts';
import { PROVIDERS, isCollectorName } from '../../contract/providers.ts';
import { OTHER_COLOUR, vendorColours } from '../../contract/vendors.ts';
import { axisValue } from '../page/charts.ts';
import { createCanvas, type Rgb } from './png.ts';

const WIDTH = 600;
const HEIGHT = 160;
const PAPER: Rgb = [255, 255, 255];
const GRID: Rgb = [208, 215, 222];
export const REVENUE_COLOUR = '#1a7f37';
export const COST_COLOUR = '#bc4c00';

interface Bar {
  readonly value: number;
  readonly colour: string;
}

/** Revenue and cost of each day side by side. */
export function daysPicture({ days }: MonthStatement): Buffer {
  return bars(
    days.map((day) => [
      [{ value: axisValue(day.revenueUsd) ?? 0, colour: REVENUE_COLOUR }],
      [{ value: axisValue(day.costUsd) ?? 0, colour: COST_COLOUR }],
    ]),
  );
}

/** What each provider cost on each day, stacked. */
export function providersPicture({ days, providers }: MonthStatement): Buffer {
  const colours = providerColours(providers.map(({ provider }) => provider));
  return bars(
    days.map(({ costs }) => [
      providers.map(({ provider }) => ({
        value: axisValue(costs[provider] ?? null) ?? 0,
        colour: colours.get(provider) ?? OTHER_COLOUR,
      })),
    ]),
  );
}

export function providerColours(providers: readonly string[]): ReadonlyMap<string, string> {
  const vendors = vendorColours(providers);
  return new Map(
    providers.map((name) => [
      name,
      vendors.get(name) ?? (isCollectorName(name) ? PROVIDERS[name].colour : OTHER_COLOUR),
    ]),
  );
}

/** A group of columns for each day; the parts of a column stand on each other. Credits have no height. */
function bars(groups: readonly (readonly (readonly Bar[])[])[]): Buffer {
  const canvas = createCanvas(WIDTH, HEIGHT, PAPER);
  const heightOf = (column: readonly Bar[]): number => column.reduce((sum, { value }) => sum + Math.max(0, value), 0);
  const highest = Math.max(...groups.flat().map(heightOf), 0);
  for (const part of [0, 1, 2, 3, 4]) canvas.fill(0, (part * (HEIGHT - 1)) / 4, WIDTH, 1, GRID);
  if (highest === 0) return canvas.png();
  const slot = WIDTH / groups.length;
  for (const [index, columns] of groups.entries()) {
    const width = (slot * 0.8) / columns.length;
    for (const [place, column] of columns.entries()) {
      let bottom = HEIGHT - 1;
      for (const { value, colour } of column) {
        const height = (Math.max(0, value) / highest) * (HEIGHT - 2);
        canvas.fill(index * slot + slot * 0.1 + place * width, bottom - height, width, height, rgbOf(colour));
        bottom -= height;
      }
    }
  }
  return canvas.png();
}

function rgbOf(hex: string): Rgb {
  const part = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}
