import { useId } from 'react';
import type { ModelView } from '../../../engine/contract/rpc/experiments.ts';
import { Empty } from '../../components/empty.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Loading } from '../../components/loading.tsx';
import { useExperiment } from '../../state/workbench.tsx';
import type { TextKey } from '../../strings/catalog.ts';
import { explanationOf } from '../../strings/explanations/index.ts';
import { formatBytes, formatCount, formatDuration } from '../../strings/numbers.ts';
import { optionLabel } from '../../strings/options.ts';
import { useLanguage, useText } from '../../strings/text.ts';
import { useSaid } from '../../strings/use-said.ts';
import styles from './drawing.module.css';
import { ExportsLine } from './exports-line.tsx';
import { useModelState, useModelView } from './model-view.tsx';

type Layer = ModelView['layers'][number];

const kindNames: Readonly<Record<Layer['kind'], TextKey>> = {
  input: 'model.kindInput',
  embedding: 'model.kindEmbedding',
  gru: 'model.kindGru',
  readout: 'model.kindReadout',
  dense: 'model.kindDense',
  output: 'model.kindOutput',
  loss: 'model.kindLoss',
};

/** Series color of each kind of box; 0 is the accent of recurrent layers. */
const kindColors: Readonly<Record<Layer['kind'], string>> = {
  input: styles.data ?? '',
  embedding: styles.data ?? '',
  gru: styles.gru ?? '',
  readout: styles.plain ?? '',
  dense: styles.dense ?? '',
  output: styles.dense ?? '',
  loss: styles.loss ?? '',
};

const boxHeight = 46;
const gap = 34;
const width = 420;
const boxWidth = 300;
const left = 20;

/** The network as it would be built: boxes with what they are, shapes between them, and what it costs. */
export function Drawing() {
  const text = useText();
  const state = useModelState();
  const view = useModelView();
  if (state.status === 'failed') return <FaultNotice fault={state.fault} />;
  if (view === null)
    return state.status === 'loading' ? <Loading /> : <Empty>{text('model.drawingEmpty')}</Empty>;
  return (
    <div className={styles.drawing}>
      <Costs view={view} />
      <ExportsLine />
      {view.issues.map(({ path, message }) => (
        <p key={`${path}/${message}`} className={styles.issue}>
          {message}
        </p>
      ))}
      {view.layers.length === 0 ? <Empty>{text('model.drawingEmpty')}</Empty> : <Network view={view} />}
    </div>
  );
}

function Costs({ view }: { readonly view: ModelView }) {
  const text = useText();
  const language = useLanguage();
  const pairs = [
    [text('model.total'), formatCount(view.parameters, language)],
    [text('model.memory'), formatBytes(view.memoryBytes, language)],
    [text('model.stepsPerEpoch'), formatCount(view.stepsPerEpoch, language)],
    [
      text('model.epochTime'),
      view.secondsPerEpoch === null
        ? text('model.epochTimeUnknown')
        : formatDuration(view.secondsPerEpoch, text),
    ],
  ];
  return (
    <dl className={styles.costs} aria-live="polite">
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Network({ view }: { readonly view: ModelView }) {
  const text = useText();
  const arrow = useId();
  const most = Math.max(1, ...view.layers.map(({ parameters }) => parameters));
  const height = view.layers.length * (boxHeight + gap) - gap + 8;
  const names = view.layers.map((layer) => text(kindNames[layer.kind])).join(', ');
  return (
    <svg
      className={styles.network}
      viewBox={`0 0 ${width} ${height}`}
      style={{ maxWidth: width * 1.25 }}
      role="img"
      aria-label={text('model.drawingLabel', { layers: names })}
    >
      <defs>
        <marker id={arrow} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M0 0 8 4 0 8z" className={styles.head} />
        </marker>
      </defs>
      {view.layers.map((layer, index) => (
        <LayerBox
          key={layer.name}
          layer={layer}
          top={4 + index * (boxHeight + gap)}
          last={index === view.layers.length - 1}
          share={layer.parameters / most}
          arrow={`url(#${arrow})`}
        />
      ))}
    </svg>
  );
}

interface LayerBoxProps {
  readonly layer: Layer;
  readonly top: number;
  readonly last: boolean;
  /** Parameters over those of the largest layer. */
  readonly share: number;
  readonly arrow: string;
}

function LayerBox({ layer, top, last, share, arrow }: LayerBoxProps) {
  const text = useText();
  const language = useLanguage();
  const detail = useLayerDetail(layer);
  const middle = left + boxWidth / 2;
  const parameters =
    layer.parameters === 0
      ? ''
      : text('common.parameters', { count: layer.parameters, text: formatCount(layer.parameters, language) });
  return (
    <g className={kindColors[layer.kind]}>
      <rect className={styles.box} x={left} y={top} width={boxWidth} height={boxHeight} rx={3} />
      <rect className={styles.bar} x={left} y={top} width={4} height={boxHeight} />
      {share > 0 && (
        <rect
          className={styles.share}
          x={left + 4}
          y={top + boxHeight - 3}
          width={(boxWidth - 4) * share}
          height={3}
        />
      )}
      <text className={styles.kind} x={left + 14} y={top + 19}>
        {text(kindNames[layer.kind])}
        <tspan className={styles.name} dx={6}>
          {layer.name}
        </tspan>
      </text>
      <text className={styles.detail} x={left + 14} y={top + 35}>
        {detail}
      </text>
      <text className={styles.parameters} x={left + boxWidth - 10} y={top + 19} textAnchor="end">
        {parameters}
      </text>
      {layer.kind === 'gru' && (
        <path
          className={styles.arrow}
          d={`M${left + boxWidth} ${top + 32} h34 a8 8 0 0 0 8 -8 v-2 a8 8 0 0 0 -8 -8 h-32`}
          markerEnd={arrow}
        />
      )}
      {!last && (
        <>
          <path
            className={styles.arrow}
            d={`M${middle} ${top + boxHeight} V${top + boxHeight + gap - 1}`}
            markerEnd={arrow}
          />
          <text className={styles.shape} x={middle + 10} y={top + boxHeight + gap / 2 + 4}>
            {layer.outputShape.replaceAll(' x ', ' × ')}
          </text>
        </>
      )}
    </g>
  );
}

/** What a box says of itself, in the present language where the configuration tells it. */
function useLayerDetail(layer: Layer): string {
  const said = useSaid();
  const text = useText();
  const language = useLanguage();
  const experiment = useExperiment((state) => state.experiment);
  if (experiment === null) return said(layer.detail);
  const index = Number(/\d+/.exec(layer.name)?.[0] ?? 0);
  switch (layer.kind) {
    case 'gru': {
      const config = experiment.model.layers[index];
      if (config === undefined) return said(layer.detail);
      const parts = [
        text('model.units', { count: config.units }),
        ...(config.bidirectional ? [text('model.bothDirections')] : []),
        optionLabel('resetMode', config.resetMode, language),
      ];
      return parts.join(', ');
    }
    case 'readout':
      return optionLabel('readout', experiment.model.readout, language);
    case 'loss':
      return (
        explanationOf(`training.loss:${experiment.training.loss.kind}`)?.label[language] ?? said(layer.detail)
      );
    default:
      return said(layer.detail);
  }
}
