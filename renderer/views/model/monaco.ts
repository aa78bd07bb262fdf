import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import * as monaco from 'monaco-editor/editor';
import 'monaco-editor/features/register.all';
import { jsonDefaults } from 'monaco-editor/languages/features/json/register';
import JsonWorker from 'monaco-editor/language/json/json.worker?worker';
import type { ColorScheme } from '../../theme/series.ts';

export type Monaco = typeof monaco;

let prepared = false;

/**
 * The editor with workers from this origin, as the content security policy wants, and both themes in the tokens'
 * colors. Loaded when a text is first shown.
 */
export function prepareMonaco(): Monaco {
  if (prepared) return monaco;
  prepared = true;
  self.MonacoEnvironment = {
    getWorker: (_id, label) => (label === 'json' ? new JsonWorker() : new EditorWorker()),
  };
  for (const [scheme, base] of [
    ['light', 'vs'],
    ['dark', 'vs-dark'],
  ] as const) {
    const style = themeColors[scheme];
    monaco.editor.defineTheme(themeName(scheme), {
      base,
      inherit: true,
      rules: [...style.rules],
      colors: {
        'editor.background': style.surface,
        'editorGutter.background': style.surface,
        'editorLineNumber.foreground': style.quiet,
        'editorWidget.background': style.raised,
        'editorHoverWidget.background': style.raised,
        'diffEditor.insertedTextBackground': style.inserted,
        'diffEditor.removedTextBackground': style.removed,
      },
    });
  }
  return monaco;
}

export function themeName(scheme: ColorScheme): string {
  return `workbench-${scheme}`;
}

/** Completion and checks from the schema that the host checks with. */
export function setSchema(schema: Record<string, unknown>): void {
  jsonDefaults.setDiagnosticsOptions({
    validate: true,
    allowComments: false,
    enableSchemaRequest: false,
    schemas: [{ uri: 'workbench://schema/experiment.json', fileMatch: ['*'], schema }],
  });
}

/** The same colors as tokens.css; Monaco takes numbers, not variables. */
const themeColors = {
  light: {
    surface: '#ffffff',
    raised: '#f7f8fa',
    quiet: '#545d6b',
    inserted: '#0b6b3c26',
    removed: '#b3261e26',
    rules: [
      { token: 'string.key.json', foreground: '0a569a' },
      { token: 'string.value.json', foreground: '0b6b3c' },
      { token: 'number.json', foreground: '8a4b00' },
      { token: 'keyword.json', foreground: '8a2c6d' },
    ],
  },
  dark: {
    surface: '#16191e',
    raised: '#1c2026',
    quiet: '#a0a9b6',
    inserted: '#5fcf9526',
    removed: '#ff8f8526',
    rules: [
      { token: 'string.key.json', foreground: '84c0ef' },
      { token: 'string.value.json', foreground: '5fcf95' },
      { token: 'number.json', foreground: 'f0b35a' },
      { token: 'keyword.json', foreground: 'e39bc6' },
    ],
  },
} as const;
