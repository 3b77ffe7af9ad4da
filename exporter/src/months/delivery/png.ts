import { crc32, deflateSync } from 'node:zlib';

export type Rgb = readonly [number, number, number];

/** A picture of coloured rectangles. */
export interface Canvas {
  /** Fills `[x, x + width) × [y, y + height)`; what lies outside is cut off. */
  fill(x: number, y: number, width: number, height: number, colour: Rgb): void;
  png(): Buffer;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const TRUE_COLOUR = 2;

/** Mail programs show no SVG: bars are drawn as PNG, which needs no library. */
export function createCanvas(width: number, height: number, background: Rgb): Canvas {
  // Each row begins with its filter, 0: none.
  const stride = 1 + width * 3;
  const pixels = Buffer.alloc(stride * height);
  const canvas: Canvas = {
    fill(x, y, w, h, [red, green, blue]) {
      const [left, right] = [Math.max(0, Math.round(x)), Math.min(width, Math.round(x + w))];
      const [top, bottom] = [Math.max(0, Math.round(y)), Math.min(height, Math.round(y + h))];
      for (let row = top; row < bottom; row += 1)
        for (let column = left; column < right; column += 1) {
          const at = row * stride + 1 + column * 3;
          pixels[at] = red;
          pixels[at + 1] = green;
          pixels[at + 2] = blue;
        }
    },
    png() {
      const header = Buffer.alloc(13);
      header.writeUInt32BE(width, 0);
      header.writeUInt32BE(height, 4);
      header.set([8, TRUE_COLOUR, 0, 0, 0], 8);
      return Buffer.concat([
        SIGNATURE,
        chunk('IHDR', header),
        chunk('IDAT', deflateSync(pixels)),
        chunk('IEND', Buffer.alloc(0)),
      ]);
    },
  };
  canvas.fill(0, 0, width, height, background);
  return canvas;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
