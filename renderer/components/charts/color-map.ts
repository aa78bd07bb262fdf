export type ColorMap = 'sequential' | 'diverging';

/** Nine colors of viridis (van der Walt and Smith 2015): equal steps look equal, for any color vision and in gray. */
const sequential = [0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725];
/** Blue over white to red (ColorBrewer RdBu): the sign is seen, 0 is neutral. */
const diverging = [0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b];

/** Red, green and blue from 0 to 255 for a share from 0 to 1 of the range. */
export function colorAt(map: ColorMap, share: number): readonly [number, number, number] {
  const colors = map === 'sequential' ? sequential : diverging;
  const place = Math.min(1, Math.max(0, share)) * (colors.length - 1);
  const index = Math.min(colors.length - 2, Math.floor(place));
  const low = colors[index] as number;
  const high = colors[index + 1] as number;
  const mix = (shift: number): number => {
    const from = (low >> shift) & 255;
    return Math.round(from + (((high >> shift) & 255) - from) * (place - index));
  };
  return [mix(16), mix(8), mix(0)];
}

/** The same as CSS. */
export function cssColorAt(map: ColorMap, share: number): string {
  return `rgb(${colorAt(map, share).join(' ')})`;
}
