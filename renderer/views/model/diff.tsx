import { Button, NativeSelect } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { Empty } from '../../components/empty.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Loading } from '../../components/loading.tsx';
import { notify } from '../../components/notify.tsx';
import { useColors } from '../../components/use-colors.ts';
import { lastValue, useAsync } from '../../state/async.ts';
import { writeJson } from '../../state/document.ts';
import { useExperiment, useProject, useWorkbench } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import styles from './editor.module.css';
import type { Monaco } from './monaco.ts';
import { useMonaco } from './use-monaco.ts';

/** The present configuration beside that of an earlier run, every default written out. */
export function Diff() {
  const text = useText();
  const { connection } = useWorkbench();
  const project = useProject((state) => state.project?.project ?? '');
  const runs = useProject((state) => state.runs);
  const experiment = useExperiment((state) => state.experiment);
  const setText = useExperiment((state) => state.setText);
  const [chosen, setChosen] = useState<string | null>(null);
  const [listed] = useAsync(project, (signal) =>
    connection.workbench.experiments.versions({ project }, { signal }),
  );
  const versions = lastValue(listed) ?? [];
  const earlier: readonly Earlier[] = [
    ...versions.map(({ id, name }): Earlier => ({ id, name, kind: 'version' })),
    ...runs.map(({ record: { id, name } }): Earlier => ({ id, name, kind: 'run' })),
  ].reverse();
  const shown = earlier.find(({ id }) => id === chosen) ?? earlier[0] ?? null;
  const [monaco, again] = useMonaco();
  const [configuration, askAgain] = useAsync(shown === null ? null : `${project}/${shown.id}`, (signal) =>
    shown?.kind === 'version'
      ? connection.workbench.experiments.version({ project, version: shown.id }, { signal })
      : connection.workbench.runs.configuration({ project, run: shown?.id ?? '' }, { signal }),
  );
  if (shown === null) return <Empty>{text('model.diffNone')}</Empty>;
  return (
    <div className={styles.diff}>
      <div className={styles.diffHead}>
        <NativeSelect
          label={text('model.diffWith')}
          value={shown.id}
          onChange={(event) => setChosen(event.currentTarget.value)}
          data={[
            { group: text('model.diffVersions'), items: itemsOf(earlier, 'version') },
            { group: text('model.diffRuns'), items: itemsOf(earlier, 'run') },
          ].filter(({ items }) => items.length > 0)}
        />
        <Button
          variant="default"
          disabled={configuration.status !== 'ready'}
          onClick={() => {
            if (configuration.status !== 'ready') return;
            setText(configuration.value.text, null);
            notify(text('model.diffTaken', { run: shown.name }));
          }}
        >
          {text('model.diffTake')}
        </Button>
        <span className="quiet">{text('model.diffHint')}</span>
      </div>
      {monaco.status === 'failed' && <FaultNotice fault={monaco.fault} onRetry={again} />}
      {configuration.status === 'failed' && <FaultNotice fault={configuration.fault} onRetry={askAgain} />}
      {monaco.status === 'ready' && configuration.status === 'ready' && experiment !== null ? (
        <DiffEditor
          monaco={monaco.value.monaco}
          themeName={monaco.value.themeName}
          before={
            configuration.value.experiment === null
              ? configuration.value.text
              : writeJson(configuration.value.experiment)
          }
          after={writeJson(experiment)}
        />
      ) : (
        <Loading />
      )}
    </div>
  );
}

/** A configuration that was: of a run, or one that a person gave a name. */
interface Earlier {
  readonly id: string;
  readonly name: string;
  readonly kind: 'run' | 'version';
}

function itemsOf(earlier: readonly Earlier[], kind: Earlier['kind']) {
  return earlier
    .filter((candidate) => candidate.kind === kind)
    .map(({ id, name }) => ({ value: id, label: name }));
}

interface DiffEditorProps {
  readonly monaco: Monaco;
  readonly themeName: (scheme: 'light' | 'dark') => string;
  readonly before: string;
  readonly after: string;
}

function DiffEditor({ monaco, themeName, before, after }: DiffEditorProps) {
  const { scheme } = useColors();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (box.current === null) return;
    const original = monaco.editor.createModel(before, 'json');
    const modified = monaco.editor.createModel(after, 'json');
    const editor = monaco.editor.createDiffEditor(box.current, {
      automaticLayout: true,
      readOnly: true,
      fontSize: 12,
      lineHeight: 18,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      renderOverviewRuler: false,
      hideUnchangedRegions: { enabled: true, contextLineCount: 2, minimumLineCount: 3 },
      useInlineViewWhenSpaceIsLimited: true,
      theme: themeName(scheme),
    });
    editor.setModel({ original, modified });
    return () => {
      editor.dispose();
      original.dispose();
      modified.dispose();
    };
  }, [monaco, themeName, before, after, scheme]);
  return <div ref={box} className={styles.box} />;
}
