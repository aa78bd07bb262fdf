import { ActionIcon, NativeSelect, Switch, TextInput } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { NumberField } from '../../components/number-field.tsx';
import { isObject, type Path, pathText, readJson, valueAt } from '../../state/document.ts';
import { emptyValue, isNullable, type SchemaNode, type Shape, shapeOf } from '../../state/schema.ts';
import { useExperiment, useFrame } from '../../state/workbench.tsx';
import { explanationOf } from '../../strings/explanations/index.ts';
import { weightKindLabels } from '../../strings/explanations/initializers.ts';
import { optionLabel } from '../../strings/options.ts';
import { useLanguage, useText } from '../../strings/text.ts';
import { useSaid } from '../../strings/use-said.ts';
import { ExportsLine } from './exports-line.tsx';
import styles from './form.module.css';
import { ListView, RecordView } from './lists.tsx';

interface FieldViewProps {
  readonly path: Path;
  readonly node: SchemaNode;
  /** Whether it may be left out: empty is then no value. */
  readonly optional?: boolean;
}

/** One setting of the configuration, as what its schema allows. */
export function FieldView({ path, node, optional = false }: FieldViewProps) {
  const shape = shapeOf(node);
  const topic = pathText(path);
  const label = useFieldLabel(path, node);
  const explain = useFrame((state) => state.explain);
  const value = useExperiment((state) => valueAt(state.experiment, path));
  const error = useExperiment((state) => state.issues.find((issue) => issue.path === topic)?.message ?? null);
  const said = useSaid();
  const set = useExperiment((state) => state.set);
  const props: LeafProps = {
    path,
    node,
    label,
    value,
    error: error === null ? null : said(error),
    optional,
    onChange: (next) => set(path, optional && next === null ? undefined : next),
    onFocus: () => explain(topic),
  };
  if (shape.kind === 'constant') return null;
  if ((optional || isNullable(node)) && shape.kind === 'group')
    return <OptionalGroup {...props} shape={shape} />;
  switch (shape.kind) {
    case 'number':
      return (
        <Frame {...props}>
          <NumberField
            label={label}
            integer={shape.integer}
            bounds={shape.bounds}
            nullable={optional || isNullable(node)}
            value={typeof value === 'number' ? value : null}
            error={error}
            onChange={props.onChange}
            onFocus={props.onFocus}
          />
        </Frame>
      );
    case 'boolean':
      return (
        <Frame {...props}>
          <Switch
            className={styles.switch ?? ''}
            label={label}
            checked={value === true}
            onChange={(event) => props.onChange(event.currentTarget.checked)}
            onFocus={props.onFocus}
          />
        </Frame>
      );
    case 'text':
      return (
        <Frame {...props}>
          <TextField {...props} />
        </Frame>
      );
    case 'choice':
      return <ChoiceField {...props} options={shape.options} />;
    case 'variants':
      return <VariantField {...props} shape={shape} />;
    case 'wordOrNumbers':
      return <WordOrNumbers {...props} words={shape.words} />;
    case 'list': {
      const element = shapeOf(shape.element);
      if (element.kind === 'group')
        return <ListView path={path} element={shape.element} label={label} longest={shape.longest} />;
      return <PlainList {...props} numbers={element.kind === 'number'} />;
    }
    case 'record':
      return <RecordView path={path} shape={shape} label={label} />;
    case 'group':
      return (
        <Group label={label} onFocus={props.onFocus} plain={path.length === 1}>
          {shape.fields.map((field) => (
            <FieldView
              key={field.key}
              path={[...path, field.key]}
              node={field.node}
              optional={field.optional}
            />
          ))}
        </Group>
      );
  }
}

interface LeafProps {
  readonly path: Path;
  readonly node: SchemaNode;
  readonly label: string;
  readonly value: unknown;
  readonly optional: boolean;
  readonly error: string | null;
  readonly onChange: (value: unknown) => void;
  readonly onFocus: () => void;
}

/** The name of a setting in the present language; its key where nobody has named it yet. */
export function useFieldLabel(path: Path, node: SchemaNode): string {
  const language = useLanguage();
  const explanation = explanationOf(pathText(path));
  const key = String(path.at(-1) ?? '');
  if (explanation !== null) return explanation.label[language];
  const weight = Object.entries(weightKindLabels).find(([kind]) => kind === key)?.[1];
  if (weight !== undefined) return weight[language === 'zh' ? 1 : 0];
  return node.description === undefined
    ? key
    : key.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** A field with the button that brings its default back once it was changed. */
function Frame({ path, node, label, value, children }: LeafProps & { readonly children: ReactNode }) {
  const text = useText();
  const set = useExperiment((state) => state.set);
  // What the text says: a default that is written out is no change.
  const own = useExperiment((state) => valueAt(readJson(state.text), path) !== undefined);
  const inList = path.some((key) => typeof key === 'number');
  const changed = node.default !== undefined && JSON.stringify(value) !== JSON.stringify(node.default);
  return (
    <div className={styles.field} data-changed={changed}>
      {changed && (own || inList) && (
        <ActionIcon
          className={styles.reset ?? ''}
          size={18}
          aria-label={text('model.reset', { field: label })}
          title={`${text('model.reset', { field: label })} (${String(node.default)})`}
          onClick={() => set(path, undefined)}
        >
          <IconArrowBackUp size={13} aria-hidden />
        </ActionIcon>
      )}
      {children}
    </div>
  );
}

function TextField({ label, value, error, optional, onChange, onFocus }: LeafProps) {
  const shown = typeof value === 'string' ? value : '';
  return (
    <TextInput
      label={label}
      value={shown}
      error={error}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        onChange(optional && typed === '' ? null : typed);
      }}
      onFocus={onFocus}
    />
  );
}

function ChoiceField(props: LeafProps & { readonly options: readonly string[] }) {
  const { path, node, label, value, error, options, onChange, onFocus } = props;
  const text = useText();
  const language = useLanguage();
  const key = String(path.at(-1));
  const nullable = props.optional || isNullable(node);
  const shown = (
    <Frame {...props}>
      <NativeSelect
        label={label}
        value={typeof value === 'string' ? value : ''}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
        onFocus={onFocus}
        data={[
          ...(nullable
            ? [{ value: '', label: text(props.optional ? 'model.notSet' : 'model.noValue') }]
            : []),
          ...options.map((option) => ({ value: option, label: optionLabel(key, option, language) })),
        ]}
      />
    </Frame>
  );
  if (key !== 'resetMode' && !key.endsWith('Activation')) return shown;
  return key === 'candidateActivation' ? (
    <>
      {shown}
      <div className={styles.wide}>
        <ExportsLine />
      </div>
    </>
  ) : (
    shown
  );
}

function VariantField(props: LeafProps & { readonly shape: Extract<Shape, { kind: 'variants' }> }) {
  const { path, node, label, value, error, shape, onChange, onFocus } = props;
  const text = useText();
  const language = useLanguage();
  const kind = isObject(value) ? String(value.kind) : '';
  const variant = shape.variants.find((candidate) => candidate.kind === kind);
  const topic = pathText(path);
  return (
    <>
      <Frame {...props}>
        <NativeSelect
          label={label}
          value={kind}
          error={error}
          onChange={(event) =>
            onChange(event.currentTarget.value === '' ? null : { kind: event.currentTarget.value })
          }
          onFocus={onFocus}
          data={[
            ...(props.optional || isNullable(node) ? [{ value: '', label: text('model.off') }] : []),
            ...shape.variants.map((candidate) => ({
              value: candidate.kind,
              label: explanationOf(`${topic}:${candidate.kind}`)?.label[language] ?? candidate.kind,
            })),
          ]}
        />
      </Frame>
      {variant?.fields.map((field) => (
        <FieldView
          key={`${kind}.${field.key}`}
          path={[...path, field.key]}
          node={field.node}
          optional={field.optional}
        />
      ))}
    </>
  );
}

/** A list of plain values, separated by commas. */
function PlainList(props: LeafProps & { readonly numbers: boolean }) {
  const { label, value, error, numbers, onChange, onFocus } = props;
  const text = useText();
  const written = Array.isArray(value) ? value.join(', ') : '';
  const [typed, setTyped] = useState(written);
  useEffect(() => setTyped(written), [written]);
  const commit = () => {
    const parts = typed.split(/[,;]/).flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
    const next = numbers ? parts.map(Number).filter(Number.isFinite) : parts;
    if (next.join(', ') !== written) onChange(props.optional && next.length === 0 ? null : next);
    else setTyped(written);
  };
  return (
    <Frame {...props}>
      <TextInput
        label={label}
        title={text('model.listHint')}
        value={typed}
        error={error}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
        onFocus={onFocus}
      />
    </Frame>
  );
}

function WordOrNumbers(props: LeafProps & { readonly words: readonly string[] }) {
  const { label, value, words, node, error, onChange, onFocus } = props;
  const text = useText();
  const own = Array.isArray(value);
  return (
    <>
      <Frame {...props}>
        <NativeSelect
          label={label}
          value={own ? '[]' : typeof value === 'string' ? value : ''}
          error={error}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            onChange(chosen === '' ? null : chosen === '[]' ? [1, 1] : chosen);
          }}
          onFocus={onFocus}
          data={[
            ...(isNullable(node) ? [{ value: '', label: text('model.noValue') }] : []),
            ...words.map((word) => ({
              value: word,
              label: word === 'balanced' ? text('model.balanced') : word,
            })),
            { value: '[]', label: text('model.ownNumbers') },
          ]}
        />
      </Frame>
      {own && <PlainList {...props} label={text('model.ownNumbers')} numbers />}
    </>
  );
}

/** A group that can be null: a switch, and its fields while it is on. */
function OptionalGroup(props: LeafProps & { readonly shape: Extract<Shape, { kind: 'group' }> }) {
  const { path, node, label, value, shape, onChange, onFocus } = props;
  const on = value !== null && value !== undefined;
  return (
    <div className={styles.group}>
      <Switch
        label={label}
        checked={on}
        onChange={(event) => onChange(event.currentTarget.checked ? emptyValue(node) : null)}
        onFocus={onFocus}
      />
      {on && (
        <div className={styles.grid} style={{ marginTop: 8 }}>
          {shape.fields.map((field) => (
            <FieldView
              key={field.key}
              path={[...path, field.key]}
              node={field.node}
              optional={field.optional}
            />
          ))}
        </div>
      )}
    </div>
  );
}

interface GroupProps {
  readonly label: string;
  /** Whether the section's own heading says it already. */
  readonly plain: boolean;
  readonly onFocus: () => void;
  readonly children: ReactNode;
}

function Group({ label, plain, children }: GroupProps) {
  if (plain) return children;
  return (
    <fieldset className={styles.group}>
      <legend className={styles.groupHead}>{label}</legend>
      <div className={styles.grid}>{children}</div>
    </fieldset>
  );
}
