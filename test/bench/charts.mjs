// How long the charts of the Train screen take when a run has a million steps: node test/bench/charts.mjs [points]
// Six plots over the same steps are drawn in a real browser while steps arrive 20 times a second, as a host sends them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, runnerImport } from 'vite';

const points = Number(process.argv[2] ?? 1_000_000);
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'gru-charts-'));
const entry = join(folder, 'entry.ts');
await writeFile(
  entry,
  `
import { PlotGroup } from '${root}renderer/components/charts/group.ts';
import { Plot } from '${root}renderer/components/charts/plot.ts';
import { Curve } from '${root}renderer/metrics/curve.ts';
import { growingFloat64 } from '${root}renderer/metrics/growing.ts';

const colors = { series: ['#0072b2', '#d55e00'], surface: '#fff', line: '#ddd', lineStrong: '#888', text: '#000', textQuiet: '#555', font: 'sans-serif' };
const x = growingFloat64();
const curves = Array.from({ length: 6 }, () => new Curve(x));
let step = 0;
function append(count) {
  x.append(Float64Array.from({ length: count }, (_, index) => step + index + 1));
  for (const curve of curves) curve.append(Float32Array.from({ length: count }, (_, index) => Math.exp(-(step + index) / 3e5) + 0.2 * Math.random()));
  step += count;
}
append(${points});
const group = new PlotGroup();
const plots = curves.map((curve, index) => {
  const frame = document.createElement('div');
  frame.style.cssText = 'position:relative;width:600px;height:220px;float:left';
  const canvas = document.createElement('canvas');
  frame.append(canvas);
  document.body.append(frame);
  const series = [{ id: 'a', label: 'a', curve, color: 0, dash: [], smooth: true, best: 'lowest' }];
  const options = { series, baselines: [], bands: [], xLabel: 'step', yLabel: 'loss', logarithmic: index === 1, smoothing: 0.9, hidden: new Set(), formatX: String, formatY: String, formatYTick: String };
  return new Plot({ canvas, group, options, colors, resolution: null });
});
window.measure = (frames) => new Promise((resolve) => {
  const draws = [];
  const hovers = [];
  const next = () => {
    append(50);
    const start = performance.now();
    for (const plot of plots) plot.refresh();
    draws.push(performance.now() - start);
    group.point(Math.random() * step);
    const hovered = performance.now();
    for (const plot of plots) plot.refresh();
    hovers.push(performance.now() - hovered);
    if (draws.length < frames) requestAnimationFrame(next);
    else resolve({ draws, hovers });
  };
  requestAnimationFrame(next);
});
window.smoothAgain = () => {
  return curves.map((curve) => {
    const start = performance.now();
    curve.smoothed(Math.random() * 0.1 + 0.85);
    return performance.now() - start;
  });
};
`,
);
await build({
  root: folder,
  logLevel: 'error',
  resolve: { alias: { 'chart.js': join(root, 'node_modules/chart.js/dist/chart.js') } },
  build: {
    lib: { entry, formats: ['iife'], name: 'charts', fileName: () => 'charts.js' },
    outDir: folder,
    emptyOutDir: false,
  },
});
const { launchBrowser } = (await runnerImport(join(root, 'test/support/browser.ts'))).module;
const browser = await launchBrowser();
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
await page.setContent('<!doctype html><body></body>');
await page.addScriptTag({ path: join(folder, 'charts.js') });
// Processor time of the page's thread tells more than the clock where other programs are at work.
const session = await page.context().newCDPSession(page);
await session.send('Performance.enable', { timeDomain: 'threadTicks' });
const busy = async () => {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
};
const before = await busy();
const { draws, hovers } = await page.evaluate('measure(200)');
const processor = (await busy()) - before;
const smoothing = await page.evaluate('smoothAgain()');
await browser.close();
await rm(folder, { recursive: true });

const sorted = (values) => [...values].sort((a, b) => a - b);
const at = (values, share) =>
  sorted(values)[Math.min(values.length - 1, Math.floor(share * values.length))].toFixed(1);
const row = (name, values) =>
  `${name}: median ${at(values, 0.5)} ms, 95 % ${at(values, 0.95)} ms, longest ${at(values, 1)} ms`;
console.log(`six charts of ${points.toLocaleString('en')} steps, 200 frames, steps added before each`);
console.log(row('all charts drawn anew', draws.slice(1)));
console.log(row('pointer moved', hovers.slice(1)));
console.log(`processor time of the page for all of it: ${processor.toFixed(0)} ms`);
console.log(
  `first frame ${draws[0].toFixed(1)} ms; smoothing of one curve changed, which one frame does: longest ${Math.max(...smoothing).toFixed(0)} ms`,
);
