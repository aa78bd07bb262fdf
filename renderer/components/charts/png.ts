import { colorOf } from './draw.ts';
import { PlotGroup } from './group.ts';
import type { PlotColors } from './options.ts';
import { Plot } from './plot.ts';
import { legendItems } from './svg.ts';

const resolution = 2;
const header = 44;

/** A plot as it stands, with title and legend, at two pixels for one of the screen. */
export async function plotToPng(
  plot: Plot,
  group: PlotGroup,
  title: string,
  colors: PlotColors,
): Promise<Blob> {
  const { width, height } = plot.axes().area;
  const axes = document.createElement('canvas');
  axes.style.width = `${width}px`;
  axes.style.height = `${height}px`;
  axes.width = width;
  axes.height = height;
  const copyGroup = new PlotGroup();
  const copy = new Plot({ canvas: axes, group: copyGroup, options: plot.options, colors, resolution });
  copyGroup.zoom(group.range);
  copy.refresh();

  const whole = document.createElement('canvas');
  whole.width = width * resolution;
  whole.height = (height + header) * resolution;
  const context = whole.getContext('2d');
  if (context === null) throw new Error('No canvas to draw on');
  context.scale(resolution, resolution);
  context.fillStyle = colors.surface;
  context.fillRect(0, 0, width, height + header);
  context.fillStyle = colors.text;
  context.font = `600 13px ${colors.font}`;
  context.fillText(title, 12, 18);
  context.font = `11px ${colors.font}`;
  let left = 12;
  for (const { label, color, dash } of legendItems(plot)) {
    context.strokeStyle = color === null ? colors.textQuiet : colorOf(colors, color);
    context.lineWidth = 2;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(left, 32);
    context.lineTo(left + 20, 32);
    context.stroke();
    context.fillText(label, left + 26, 36);
    left += 44 + context.measureText(label).width;
  }
  context.drawImage(axes, 0, header, width, height);
  copy.close();
  return await new Promise((resolve, reject) => {
    whole.toBlob(
      (blob) => (blob === null ? reject(new Error('The picture is empty')) : resolve(blob)),
      'image/png',
    );
  });
}
