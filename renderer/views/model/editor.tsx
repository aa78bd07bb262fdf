import type { editor as MonacoEditor } from 'monaco-editor/editor';
import { useEffect, useRef } from 'react';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Loading } from '../../components/loading.tsx';
import { useColors } from '../../components/use-colors.ts';
import { useExperiment, useWorkbench } from '../../state/workbench.tsx';
import { useLanguage, useText } from '../../strings/text.ts';
import { useSaid } from '../../strings/use-said.ts';
import styles from './editor.module.css';
import { helpMarkdown, pathAt } from './editor-help.ts';
import type { Monaco } from './monaco.ts';
import { useMonaco } from './use-monaco.ts';

const editorOptions: MonacoEditor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  fontSize: 12,
  lineHeight: 18,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  tabSize: 2,
  renderLineHighlight: 'line',
  overviewRulerLanes: 1,
  fixedOverflowWidgets: true,
  quickSuggestions: { strings: true, other: true, comments: false },
};

/** The configuration as text: completion, help and errors from the same schema as the form, one history with it. */
export function Editor() {
  const [state, again] = useMonaco();
  if (state.status === 'failed') return <FaultNotice fault={state.fault} onRetry={again} />;
  if (state.status !== 'ready') return <Loading />;
  return <ReadyEditor monaco={state.value.monaco} themeName={state.value.themeName} />;
}

interface ReadyEditorProps {
  readonly monaco: Monaco;
  readonly themeName: (scheme: 'light' | 'dark') => string;
}

function ReadyEditor({ monaco, themeName }: ReadyEditorProps) {
  const text = useText();
  const said = useSaid();
  const language = useLanguage();
  const { scheme } = useColors();
  const { experiment, frame } = useWorkbench();
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<MonacoEditor.IStandaloneCodeEditor | null>(null);
  const issues = useExperiment((state) => state.issues);
  const label = text('model.editorLabel');

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; the effects below keep it current.
  useEffect(() => {
    if (box.current === null) return;
    const model = monaco.editor.createModel(experiment.getState().text, 'json');
    const created = monaco.editor.create(box.current, {
      ...editorOptions,
      model,
      theme: themeName(scheme),
      ariaLabel: label,
    });
    editor.current = created;
    let writing = false;
    const changes = model.onDidChangeContent(() => {
      if (!writing) experiment.getState().setText(model.getValue(), 'editor');
    });
    const leave = experiment.subscribe(({ text: next }) => {
      if (next === model.getValue()) return;
      writing = true;
      replaceDifference(monaco, model, next);
      writing = false;
    });
    const { KeyMod, KeyCode } = monaco;
    // The history is the window's own, so that it goes back over the form as well.
    created.addCommand(KeyMod.CtrlCmd | KeyCode.KeyZ, () => experiment.getState().undo());
    created.addCommand(KeyMod.CtrlCmd | KeyMod.Shift | KeyCode.KeyZ, () => experiment.getState().redo());
    created.addCommand(KeyMod.CtrlCmd | KeyCode.KeyY, () => experiment.getState().redo());
    const cursor = created.onDidChangeCursorPosition(({ position }) => {
      const path = pathAt(model.getValue(), model.getOffsetAt(position));
      if (path.length > 0) frame.getState().explain(path.join('.'));
    });
    return () => {
      leave();
      changes.dispose();
      cursor.dispose();
      created.dispose();
      model.dispose();
      editor.current = null;
    };
  }, [monaco]);

  useEffect(() => {
    monaco.editor.setTheme(themeName(scheme));
  }, [monaco, scheme, themeName]);

  useEffect(() => {
    editor.current?.updateOptions({ ariaLabel: label });
  }, [label]);

  useEffect(() => {
    const provider = monaco.languages.registerHoverProvider('json', {
      provideHover: (model, position) => {
        const help = helpMarkdown(pathAt(model.getValue(), model.getOffsetAt(position)), language);
        return help === null ? null : { contents: [{ value: help }] };
      },
    });
    return () => provider.dispose();
  }, [monaco, language]);

  useEffect(() => {
    const model = editor.current?.getModel() ?? null;
    if (model === null) return;
    monaco.editor.setModelMarkers(
      model,
      'workbench',
      issues.map((issue) => {
        const line = Math.min(model.getLineCount(), Math.max(1, issue.line ?? 1));
        return {
          severity: monaco.MarkerSeverity.Error,
          message: said(issue.message),
          startLineNumber: line,
          endLineNumber: line,
          startColumn: model.getLineFirstNonWhitespaceColumn(line) || 1,
          endColumn: model.getLineMaxColumn(line),
        };
      }),
    );
  }, [monaco, issues, said]);

  return (
    <div className={styles.editor}>
      <div ref={box} className={styles.box} />
      {issues.length > 0 && (
        <ul className={styles.issues} aria-label={text('model.issues', { count: issues.length })}>
          {issues.map((issue) => (
            <li key={`${issue.path}/${issue.message}`}>
              <button
                type="button"
                onClick={() => {
                  editor.current?.revealLineInCenter(issue.line ?? 1);
                  editor.current?.setPosition({ lineNumber: issue.line ?? 1, column: issue.column ?? 1 });
                  editor.current?.focus();
                }}
              >
                {issue.line === null ? '' : `${issue.line}: `}
                {said(issue.message)}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Changes only the part of a text that differs, so that the cursor and the scroll stay where they are. */
function replaceDifference(monaco: Monaco, model: MonacoEditor.ITextModel, next: string): void {
  const before = model.getValue();
  let start = 0;
  while (start < before.length && start < next.length && before[start] === next[start]) start++;
  let end = 0;
  while (
    end < before.length - start &&
    end < next.length - start &&
    before[before.length - 1 - end] === next[next.length - 1 - end]
  )
    end++;
  const range = monaco.Range.fromPositions(
    model.getPositionAt(start),
    model.getPositionAt(before.length - end),
  );
  model.applyEdits([{ range, text: next.slice(start, next.length - end) }]);
}
