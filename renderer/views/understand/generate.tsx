import { Button, SegmentedControl, Textarea } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Decoding } from '../../../engine/contract/decoding.ts';
import type { GeneratedTexts } from '../../../engine/contract/rpc/runs.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Notice } from '../../components/notice.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { toFault } from '../../rpc/fault.ts';
import type { Async } from '../../state/async.ts';
import type { Bounds } from '../../state/schema.ts';
import { useWorkbench } from '../../state/workbench.tsx';
import type { TextKey } from '../../strings/catalog.ts';
import { useText } from '../../strings/text.ts';
import { useNumbers } from '../../strings/use-numbers.ts';
import { useSaid } from '../../strings/use-said.ts';
import styles from './understand.module.css';
import type { Selection } from './understand.tsx';

interface GenerateProps {
  readonly selection: Selection;
}

type Sampling = Extract<Decoding, { kind: 'sample' }>;
type Beam = Extract<Decoding, { kind: 'beam' }>;

/** What a model of the next token writes: a text goes on, a sentence is translated. */
export function Generate({ selection }: GenerateProps) {
  const text = useText();
  const { workbench } = useWorkbench().connection;
  const [prompt, setPrompt] = useState('');
  const [length, setLength] = useState(200);
  const [kind, setKind] = useState<Decoding['kind']>('sample');
  const [sampling, setSampling] = useState<Sampling>({
    kind: 'sample',
    temperature: 0.7,
    topK: null,
    topP: null,
    seed: 1,
    count: 1,
  });
  const [beam, setBeam] = useState<Beam>({ kind: 'beam', width: 4, lengthPenalty: 1 });
  const [made, setMade] = useState<Async<GeneratedTexts>>({ status: 'idle' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const write = () => {
    const abort = new AbortController();
    running.current?.abort();
    running.current = abort;
    setMade({ status: 'loading', previous: null });
    const { project, run, checkpoint } = selection;
    const decoding = kind === 'sample' ? sampling : beam;
    workbench.models
      .generate({ project, run, checkpoint, prompt, length, decoding }, { signal: abort.signal })
      .then((value) => setMade({ status: 'ready', value }))
      .catch((error: unknown) =>
        setMade(abort.signal.aborted ? { status: 'idle' } : { status: 'failed', fault: toFault(error) }),
      );
  };
  const number = (label: TextKey, value: number | null, bounds: Bounds, set: (next: number) => void) => (
    <NumberField
      label={text(label)}
      integer={bounds !== temperatures}
      nullable={false}
      bounds={bounds}
      value={value}
      onChange={(next) => next !== null && set(next)}
    />
  );
  const busy = made.status === 'loading';
  return (
    <div className={styles.screen} style={{ padding: 0 }}>
      <Textarea
        label={text('understand.prompt')}
        description={text('understand.promptHint')}
        autosize
        minRows={2}
        maxRows={8}
        value={prompt}
        onChange={(event) => setPrompt(event.currentTarget.value)}
      />
      <div className={styles.toolbar}>
        <SegmentedControl
          aria-label={text('understand.decoding')}
          data={[
            { value: 'sample', label: text('understand.decodingSample') },
            { value: 'beam', label: text('understand.decodingBeam') },
          ]}
          value={kind}
          onChange={(value) => setKind(value === 'beam' ? 'beam' : 'sample')}
        />
        {number('understand.longest', length, counts(10_000), setLength)}
        {kind === 'beam' ? (
          number('understand.beamWidth', beam.width, counts(100), (width) => setBeam({ ...beam, width }))
        ) : (
          <>
            {number('understand.temperature', sampling.temperature, temperatures, (temperature) =>
              setSampling({ ...sampling, temperature }),
            )}
            <NumberField
              label={text('understand.topK')}
              integer
              nullable
              bounds={counts(null)}
              value={sampling.topK}
              onChange={(topK) => setSampling({ ...sampling, topK })}
            />
            <NumberField
              label={text('understand.topP')}
              integer={false}
              nullable
              bounds={{ minimum: 0, maximum: 1, openMinimum: false, openMaximum: false }}
              value={sampling.topP}
              onChange={(topP) => setSampling({ ...sampling, topP })}
            />
            {number('understand.textCount', sampling.count, counts(100), (count) =>
              setSampling({ ...sampling, count }),
            )}
            {number('understand.seed', sampling.seed, { ...counts(null), minimum: 0 }, (seed) =>
              setSampling({ ...sampling, seed }),
            )}
          </>
        )}
        <Button variant="filled" loading={busy} onClick={write}>
          {text('understand.write')}
        </Button>
        {busy && (
          <Button variant="default" onClick={() => running.current?.abort()}>
            {text('common.cancel')}
          </Button>
        )}
      </div>
      {made.status === 'failed' && <FaultNotice fault={made.fault} onRetry={write} />}
      {made.status === 'ready' && <Texts made={made.value} />}
    </div>
  );
}

const temperatures: Bounds = { minimum: 0, maximum: 100, openMinimum: false, openMaximum: false };

function counts(maximum: number | null): Bounds {
  return { minimum: 1, maximum, openMinimum: false, openMaximum: false };
}

function Texts({ made }: { readonly made: GeneratedTexts }) {
  const text = useText();
  const said = useSaid();
  const numbers = useNumbers();
  return (
    <section aria-label={text('understand.written')}>
      {made.warnings.map((warning) => (
        <Notice key={warning} kind="info">
          {said(warning)}
        </Notice>
      ))}
      <ol className={styles.texts}>
        {made.texts.map(({ text: written, tokens, logProbability, ended }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two texts may be the same, and the list never changes.
          <li key={index}>
            <p className={styles.written}>{written}</p>
            <span className="quiet">
              {text(ended ? 'understand.endedByModel' : 'understand.endedByLength', {
                count: tokens,
                tokens: numbers.count(tokens),
                probability: numbers.number(logProbability),
              })}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
